// A real Chromium, and the samples that it looks at. playwright-core and axe-core are pinned in tools/browser.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(`${ROOT}tools/browser/package.json`);
const { chromium } = require("playwright-core");

export const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
export const fileOf = (path) => ROOT + path;

const CHROMIUMS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A browser; `close()` ends it. Throws, saying how to install one, if there is none. */
export async function openBrowser() {
  const executablePath = CHROMIUMS.find((path) => existsSync(path));
  if (!executablePath) {
    throw new Error(
      `No Chromium here (looked for ${CHROMIUMS.join(", ")}). Install one: apt-get install chromium, or brew install --cask chromium`,
    );
  }
  return chromium.launch({ executablePath });
}

/** The local server of sample pages: its address, the names of its pages, and `close()`. */
export async function serveSamples() {
  const server = spawn(".venv/bin/python", ["-m", "tests.browser.serve_samples"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve, reject) => {
    server.stdout.once("data", (line) => resolve(String(line).trim()));
    server.once("exit", (code) => reject(new Error(`the server of sample pages ended with ${code}`)));
  });
  const { pages } = await (await fetch(url)).json();
  return { url, pages, close: () => server.kill() };
}
