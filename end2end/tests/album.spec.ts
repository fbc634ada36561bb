import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

test("thirty pictures at once are one group on screen, and unfold", async ({ host, demo, session }) => {
  const customer = newCustomer("Alba Album");
  const answer = await fetch(`${demo.inbox}/simulator/messages?wait=true`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from: customer.phone, name: "Alba Album", type: "image", image: { id: "1001" }, count: 30 }),
  });
  expect(answer.status).toBe(200);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Alba Album");
  await expect(inbox.messages).toHaveCount(30);
  const seen = inbox.messages.filter({ visible: true });
  await expect(seen).toHaveCount(4);
  const pictures = inbox.frame.getByTestId("thread").getByRole("img");
  await expect(pictures.first()).toHaveJSProperty("complete", true);

  // Two beside each other, and the number on the last.
  const more = inbox.frame.getByRole("button", { name: "Show all 30 photos" });
  await expect(more).toHaveText("+27");
  const [first, second, third, fourth] = await Promise.all([0, 1, 2, 3].map((at) => seen.nth(at).boundingBox()));
  expect(second!.y).toBeCloseTo(first!.y, 0);
  expect(second!.x).toBeGreaterThanOrEqual(first!.x + first!.width);
  expect(third!.y).toBeGreaterThanOrEqual(first!.y + first!.height);
  const over = await more.boundingBox();
  expect([over!.x, over!.y].map(Math.round)).toEqual([fourth!.x, fourth!.y].map(Math.round));

  await more.click();
  await expect(seen).toHaveCount(30);
  await expect(more).toHaveCount(0);
});
