// Takes docs/images/call-page.png anew: the page of a first call, as a phone shows it.

import { fileOf, openBrowser, serveSamples } from "./browser.mjs";

const samples = await serveSamples();
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 360, height: 740 }, colorScheme: "light" });
await page.goto(`${samples.url}/first-call`);
await page.screenshot({ path: fileOf("docs/images/call-page.png") });
await browser.close();
samples.close();
