// The pages of reps, leads, partners and the manager in a real browser: readable for everybody, usable with one thumb, working without JavaScript.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { AXE, openBrowser, serveSamples } from "./browser.mjs";

const PHONE = { width: 360, height: 740 };
const DESK = { width: 800, height: 900 };
const THUMB = 48; // pixels: what a thumb hits without looking

const browser = await openBrowser();
const samples = await serveSamples();

after(async () => {
  await browser.close();
  samples.close();
});

/** Runs `look(page)` for each sample in turn, in one fresh context, and fails with what it returns. */
async function forEachPage(options, look) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const found = {};
  for (const name of samples.pages) {
    await page.goto(`${samples.url}/${name}`);
    const faults = await look(page, name);
    if (faults.length > 0) found[name] = faults;
  }
  await context.close();
  assert.deepEqual(found, {});
}

/** One sample, in a context of its own, without JavaScript unless it is asked for. */
async function onPage(name, work, options = {}) {
  const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false, ...options });
  const page = await context.newPage();
  await page.goto(`${samples.url}/${name}`);
  await work(page);
  await context.close();
}

/** Opens everything that can be opened, also what opens only one at a time. */
const openAll = (page) =>
  page.evaluate(() => {
    for (const each of document.querySelectorAll("details")) {
      each.removeAttribute("name");
      each.open = true;
    }
  });

const overflowing = (page) =>
  page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > room);
    return [`${document.documentElement.scrollWidth} of ${room}: ${wide.map((each) => each.outerHTML.slice(0, 80))}`];
  });

/** What a press of `button` posted, as the server understood it. Fails unless it was exactly one POST. */
async function posted(page, button) {
  let posts = 0;
  page.on("request", (request) => (posts += request.method() === "POST" ? 1 : 0));
  const [response] = await Promise.all([page.waitForResponse((each) => each.request().method() === "POST"), button.click()]);
  assert.equal(posts, 1);
  return response.json();
}

const given = (form) => Object.fromEntries(Object.entries(form).filter(([, value]) => value !== null));
const IDS = { touch: "first-call.1", form_id: "q0Zt3rX5uB1f8n2k" };

for (const [colorScheme, viewport] of [["light", PHONE], ["dark", PHONE], ["light", DESK]]) {
  test(`axe finds nothing in any state, ${colorScheme}, ${viewport.width} px`, () =>
    forEachPage({ viewport, colorScheme }, async (page) => {
      await openAll(page);
      await page.evaluate(AXE);
      const { violations, incomplete } = await page.evaluate(() => window.axe.run());
      // Contrast that axe can't tell counts: nothing here lies on a picture or half behind something else.
      const unsure = incomplete.filter((each) => each.id === "color-contrast");
      return [...violations, ...unsure].map(
        (each) => `${each.id}: ${each.nodes.map((node) => `${node.html} ${node.any[0]?.message ?? ""}`).join("; ")}`,
      );
    }));
}

describe("on any screen", () => {
  for (const width of [320, 360, 800]) {
    test(`nothing scrolls sideways at ${width} px`, () =>
      forEachPage({ viewport: { width, height: 740 } }, async (page) => {
        await openAll(page);
        return overflowing(page);
      }));
  }

  test("nothing scrolls sideways on a phone with text twice as large", () =>
    forEachPage({ viewport: PHONE }, async (page) => {
      await openAll(page);
      await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
      return overflowing(page);
    }));

  test("a page is one request, and nothing in it is blocked", () =>
    forEachPage({ viewport: PHONE }, async (page, name) => {
      const seen = [];
      const requested = (request) => seen.push(request.url());
      const said = (message) => seen.push(...(message.type() === "error" ? [message.text()] : []));
      page.on("request", requested).on("console", said);
      await page.goto(`${samples.url}/${name}`);
      page.off("request", requested).off("console", said);
      return seen.filter((each) => each !== `${samples.url}/${name}` && !/status of 4(22|10)/.test(each));
    }));
});

describe("with one thumb", () => {
  test("whatever is pressed is as high as a thumb needs", () =>
    forEachPage({ viewport: PHONE }, async (page) => {
      await openAll(page);
      return page.evaluate((thumb) => {
        const presses = [...document.querySelectorAll("button, summary, a, input:not([type=hidden]), textarea")];
        const inWords = (each) => each.matches(".notice a, .bar p a");
        return presses
          .map((each) => (each.type === "radio" ? each.closest("label") : each))
          .filter((each) => each.getBoundingClientRect().height < (inWords(each) ? 24 : thumb))
          .map((each) => `${each.outerHTML.slice(0, 80)}: ${each.getBoundingClientRect().height} px high`);
      }, THUMB);
    }));

  test("calling and the most used answers are in the lower part of the screen, wherever one has scrolled to", () =>
    onPage("first-call", async (page) => {
      for (const scroll of [0, 300, 5000]) {
        await page.evaluate((y) => window.scrollTo(0, y), scroll);
        for (const words of [/^Call 917/, "Left voicemail", "No answer", /^We spoke/]) {
          const box = await page.locator(".bar").locator("a, button").filter({ hasText: words }).last().boundingBox();
          assert.ok(box.y > PHONE.height * 0.6 && box.y + box.height <= PHONE.height, `${words} at ${box.y}`);
        }
      }
    }));

  test("nothing is left behind the buttons at the end of the page", () =>
    onPage("later-call", async (page) => {
      await page.evaluate(() => window.scrollTo(0, 100000));
      const footer = await page.locator("footer").boundingBox();
      const bar = await page.locator(".bar").boundingBox();
      assert.ok(footer.y + footer.height <= bar.y);
    }));

  test("on a screen that is too low the buttons stay in the text", () =>
    onPage("first-call", async (page) => {
      assert.equal(await page.locator(".bar").evaluate((bar) => getComputedStyle(bar).position), "static");
    }, { viewport: { width: 740, height: 360 } }));

  test("“We spoke” leads to the other answers", () =>
    onPage("later-call", async (page) => {
      await page.getByRole("link", { name: /^We spoke/ }).click();
      const bar = await page.locator(".bar").boundingBox();
      for (const words of ["We spoke", "Booked"]) {
        const box = await page.locator("section > h2, summary").filter({ hasText: words }).first().boundingBox();
        assert.ok(box.y >= 0 && box.y + box.height <= bar.y, `${words} at ${box.y}`);
      }
    }));
});

describe("with the keyboard", () => {
  test("the order is the one in which a call goes, and focus is always seen", () =>
    onPage("first-call", async (page) => {
      const order = [];
      for (let presses = 0; presses < 13; presses++) {
        await page.keyboard.press("Tab");
        const focused = await page.evaluate(() => {
          const bar = document.querySelector(".bar");
          const it = document.activeElement;
          const { top, bottom } = it.getBoundingClientRect();
          const limit = bar.contains(it) ? innerHeight : bar.getBoundingClientRect().top;
          const ring = getComputedStyle(it);
          return {
            words: it.textContent.replace(/\s+/g, " ").trim(),
            seen: top >= 0 && bottom <= limit + 1 && ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 3,
          };
        });
        assert.ok(focused.seen, `${focused.words} is not seen`);
        order.push(focused.words);
      }
      assert.deepEqual(order, [
        "Leave the message",
        "Call 917-555-0142",
        "Left voicemail",
        "No answer",
        "We spoke: the other answers",
        "ann.lee@example.com",
        "What to say",
        "Booked: choose the time an appointment",
        "Call back: choose the time at a time they named",
        "In conversation no date yet",
        "Not interested ends the follow-up",
        "Wrong number ends the follow-up",
        "Can't take it ask somebody else",
      ]);
    }));

  test("an appointment can be made without a pointer", () =>
    onPage("first-call", async (page) => {
      await page.locator("summary", { hasText: "Booked" }).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.name), "appointment_at");
    }));
});

describe("without JavaScript", () => {
  for (const [words, outcome] of [
    ["No answer", "no_answer"],
    ["Left voicemail", "voicemail"],
    ["In conversation", "in_conversation"],
    ["Not interested", "not_interested"],
    ["Wrong number", "wrong_number"],
    ["Can't take it", "cannot_take"],
  ]) {
    test(`“${words}” is one press and one post`, () =>
      onPage("first-call", async (page) => {
        const form = await posted(page, page.getByRole("button", { name: words }));
        assert.deepEqual(given(form), { ...IDS, outcome });
      }));
  }

  test("a time in the lead's zone is typed, sent and understood", () =>
    onPage("first-call", async (page) => {
      await page.locator("summary", { hasText: "Booked" }).click();
      await page.getByLabel("When is the appointment? Eastern time").fill("2026-11-26T16:30");
      const form = await posted(page, page.getByRole("button", { name: "Save the appointment" }));
      assert.deepEqual(given(form), { ...IDS, outcome: "booked", appointment_at: "2026-11-26 16:30:00" });
    }));

  test("the time that is proposed can be sent as it is", () =>
    onPage("first-call", async (page) => {
      await page.locator("summary", { hasText: "Call back" }).click();
      const form = await posted(page, page.getByRole("button", { name: "Save the time" }));
      assert.deepEqual(given(form), { ...IDS, outcome: "call_back", callback_at: "2026-11-24 10:00:00" });
    }));

  test("a time to call back is one press", () =>
    onPage("first-call", async (page) => {
      await page.locator("summary", { hasText: "Call back" }).click();
      const form = await posted(page, page.getByRole("button", { name: "Today 3:00 PM" }));
      assert.deepEqual(given(form), { ...IDS, outcome: "call_back", callback_at: "2026-11-23 15:00:00" });
    }));

  for (const time of ["", "2026-11-20T10:00"]) {
    test(`the browser itself asks again for the time ${time || "that was left out"}`, () =>
      onPage("first-call", async (page) => {
        let posts = 0;
        page.on("request", (request) => (posts += request.method() === "POST" ? 1 : 0));
        await page.locator("summary", { hasText: "Booked" }).click();
        await page.getByLabel("When is the appointment?").fill(time);
        await page.getByRole("button", { name: "Save the appointment" }).click();
        assert.equal(await page.locator("input:invalid").getAttribute("name"), "appointment_at");
        assert.equal(posts, 0);
      }));
  }

  test("what a conversation brought is sent together", () =>
    onPage("spoke", async (page) => {
      await page.getByLabel("Ask me again on").fill("2026-12-01");
      await page.getByLabel("Note").fill("Wants to ask a brother.\nCall after five.");
      await page.getByLabel("What they want to reach").fill("A warm house");
      await page.getByLabel("Text", { exact: true }).check();
      await page.getByLabel("High").check();
      const form = await posted(page, page.getByRole("button", { name: "Save" }));
      assert.deepEqual(given(form), {
        touch: "calls-of-day-one.4",
        form_id: IDS.form_id,
        note: "Wants to ask a brother.\nCall after five.",
        problem: "It is drafty",
        goal: "A warm house",
        value: "high",
        preferred_channel: "text",
        follow_up: "2026-12-01",
      });
    }));

  test("a form that is sent empty comes back and says so", () =>
    onPage("unanswered", async (page) => {
      await page.getByRole("button", { name: "Save" }).click();
      assert.match(await page.getByRole("alert").textContent(), /Nothing was said/);
    }));

  test("a rep goes away from the list", () =>
    onPage("my-leads", async (page) => {
      assert.deepEqual(await posted(page, page.getByRole("button", { name: "Away" })), { duty: "away" });
    }));

  for (const [words, scope] of [[null, "everything"], ["Only e-mails", "email"]]) {
    test(`a lead stops ${scope} ${words ? "with two presses" : "with one press"}`, () =>
      onPage("unsubscribe", async (page) => {
        if (words) await page.getByLabel(words).check();
        assert.deepEqual(await posted(page, page.getByRole("button", { name: "Stop" })), { do: scope });
      }));
  }

  test("a lead takes a stop back with one press", () =>
    onPage("unsubscribed", async (page) => {
      assert.deepEqual(await posted(page, page.getByRole("button", { name: /^Undo/ })), { do: "undo" });
    }));

  for (const [words, said] of [
    ["Today 6:00 PM", "CallMe(at=datetime.datetime(2026, 11, 23, 18, 0))"],
    ["Call me then", "CallMe(at=datetime.datetime(2026, 11, 24, 10, 0))"],
    ["3 months", "NotNow(months=3)"],
    ["No thanks", "NoThanks()"],
  ]) {
    test(`a lead says “${words}” with one press`, () =>
      onPage("another-time", async (page) => {
        assert.deepEqual(await posted(page, page.getByRole("button", { name: words })), { said, seen: "1.open.0" });
      }));
  }

  test("a partner tells when the estimate is", () =>
    onPage("partner", async (page) => {
      await page.getByText("Estimate scheduled").click();
      await page.getByLabel("When is the estimate?").fill("2026-11-24T15:00");
      const form = await posted(page, page.getByRole("button", { name: "Save the time" }));
      assert.deepEqual(given(form), { answer: "scheduled", seen: 0, estimate_at: "2026-11-24 15:00:00" });
    }));

  test("a partner says with one press that it can't reach them", () =>
    onPage("partner", async (page) => {
      const form = await posted(page, page.getByRole("button", { name: "Can't reach them yet" }));
      assert.deepEqual(given(form), { answer: "cannot_reach", seen: 0 });
    }));

  for (const [words, button, answer] of [
    ["They said no", "Yes, they said no", "declined"],
    ["Too busy: skip me", "Yes, skip me", "busy"],
    ["Not for me", "Yes, give it to another company", "not_for_us"],
    ["I need help", "Ask for a call", "needs_help"],
  ]) {
    test(`a partner says “${words}” with two presses, and why`, () =>
      onPage("partner", async (page) => {
        await page.locator("summary").filter({ hasText: words }).click();
        const form = page.locator("details[open]");
        await form.locator("textarea").fill("A word on it");
        const understood = await posted(page, page.getByRole("button", { name: button }));
        assert.deepEqual(given(understood), { answer, seen: 0, note: "A word on it" });
      }));
  }

  test("the manager pauses a partner with one press", () =>
    onPage("board", async (page) => {
      const form = await posted(page, page.getByRole("button", { name: "Pause Harbor Exteriors" }));
      assert.equal(`${form.do} ${form.partner}`, "pause harbor");
    }));

  test("the manager moves a lead, and a reason has to be given", () =>
    onPage("board-lead", async (page) => {
      let posts = 0;
      page.on("request", (request) => (posts += request.method() === "POST" ? 1 : 0));
      await page.getByLabel("To whom?").selectOption("Sunhill Solar");
      await page.getByRole("button", { name: "Move" }).click();
      assert.equal(posts, 0);
      await page.getByLabel("Why?").first().fill("They know the house");
      const form = await posted(page, page.getByRole("button", { name: "Move" }));
      assert.equal(`${form.do} ${form.lead_id} ${form.to} ${form.reason}`, "move lead001 sunhill They know the house");
    }));
});
