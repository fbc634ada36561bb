import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "../fixtures.ts";
import { type Copilot, createCopilot, identityToken } from "../support/copilot.ts";
import type { Demo } from "../support/demo.ts";
import { newCustomer } from "../support/meta.ts";

/** An inbox over the demo's number, for pages of this origin. */
async function copilotFor(demo: Demo, origin: string): Promise<Copilot> {
  // An installation that was moved has more than the demo's.
  const tenants = (await demo.command("tenant", "list")).trim().split("\n").map((line) => line.split(/\s/)[0]!);
  const theirs = await Promise.all(tenants.map((tenant) => demo.command("number", "list", "--tenant", tenant)));
  const tenant = tenants[theirs.findIndex((numbers) => numbers.includes(demo.facts.NUMBER_ID))]!;
  return createCopilot(demo, tenant, demo.facts.NUMBER_ID, origin);
}

// The queue of OnPilot's page "postMessage protocol", as it is written there but for its types.
const QUEUE = `
let ready = false;
const queue = [];

window.addEventListener("message", (e) => {
  if (e.data?.type === "onpilot:ready") {
    ready = true;
    queue.splice(0).forEach(send);
  }
});

function send(msg) {
  const iframe = document.querySelector('iframe[title="OnPilot Chat"]');
  if (!ready || !iframe?.contentWindow) {
    queue.push(msg);
    return;
  }
  iframe.contentWindow.postMessage(msg, "*");
}
window.send = send;
window.heard = [];
window.addEventListener("message", ({ data }) => heard.push(data));
`;

interface HostWindow {
  heard: { type?: string; data?: { id?: string; content?: string } }[];
  send(message: { type: string; data?: unknown }): void;
}

test("a page with OnPilot's own queue shows the inbox, tells it what it shows, and hears what comes", async ({
  page: tab,
  demo,
  meta,
  simulator,
}) => {
  const otto = newCustomer("Otto Pilot");
  await meta.text(otto, "Hello from a deal");
  let token = "";
  const server = createServer((request, response) => {
    if (request.url === "/queue.js") response.setHeader("content-type", "text/javascript").end(QUEUE);
    else
      response.setHeader("content-type", "text/html; charset=utf-8").end(`<!doctype html><html lang="en"><head><meta charset="utf-8">
        <title>CRM</title><link rel="icon" href="data:,"><script src="/queue.js"></script></head><body>
        <script src="${demo.inbox}/onpilot.js" data-identity-token="${token}" data-position="sidebar"></script></body></html>`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const copilot = await copilotFor(demo, origin);
  token = identityToken(copilot, { id: "user-1", name: "Olga Operator" });
  const send = (type: string, data: unknown) =>
    tab.evaluate(([kind, body]) => (window as unknown as HostWindow).send({ type: kind as string, data: body }), [type, data]);
  const heard = () => tab.evaluate(() => (window as unknown as HostWindow).heard);

  await tab.goto(origin);
  // Said before the inbox can hear it: the page's queue keeps it.
  await send("onpilot:context", {
    url: `${origin}/deals/8421`,
    title: "Deals",
    recordType: "deal",
    recordId: "deal_8421",
    recordName: "Acme: Renewal Q3",
    recordData: { stage: "negotiation", amount: 48000, phone: `+${otto.phone}` },
  });
  const frame = tab.frameLocator('iframe[title="OnPilot Chat"]');
  const inbox = frame.getByTestId("inbox");
  await expect(inbox).toHaveAttribute("data-state", "ready");
  await expect(async () => expect((await heard()).map(({ type }) => type)).toContain("onpilot:ready")).toPass();

  // The record's conversation is opened.
  await expect(frame.getByTestId("thread")).toContainText("Hello from a deal");

  await send("onpilot:theme_update", { theme: "dark" });
  await expect(frame.locator("html")).toHaveAttribute("data-theme", "dark");

  // What is suggested fills the composer and is not sent.
  await send("onpilot:smart-suggestions", { suggestions: ["Thank you, we are on it"] });
  await frame.getByRole("button", { name: "Thank you, we are on it" }).click();
  await expect(frame.getByTestId("composer")).toHaveValue("Thank you, we are on it");

  // Another token of the same person takes nothing of it away.
  await send("onpilot:identity_token", { token: identityToken(copilot, { id: "user-1", name: "Olga Operator" }) });
  await meta.text(otto, "Are you there?");
  await expect(frame.getByTestId("message").filter({ hasText: "Are you there?" })).toBeVisible();
  await expect(frame.getByTestId("composer")).toHaveValue("Thank you, we are on it");
  await expect(async () => {
    const messages = (await heard()).filter(({ type }) => type === "onpilot:message");
    expect(messages.map(({ data }) => data?.content)).toEqual(["Are you there?"]);
  }).toPass();
  await frame.getByTestId("send").click();
  await simulator.received(otto, "Thank you, we are on it");
  expect((await heard()).filter(({ type }) => type === "onpilot:ready")).toHaveLength(1);
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});
