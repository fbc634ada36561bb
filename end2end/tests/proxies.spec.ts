import { expect, test } from "@playwright/test";
import { type DemoFacts, factsOf } from "../support/demo.ts";
import { LoadBalancer } from "../support/load-balancer.ts";
import { type Delivery, newCustomer, signedText, WEBHOOK } from "../support/meta.ts";
import { Replicas } from "../support/replicas.ts";
import type { Answer } from "../support/secure-client.ts";

// The examples of docs/proxies, as they are but for their addresses, in front of three servers.

const ORIGIN = "https://product.example.com";

for (const kind of LoadBalancer.kinds) {
  test.describe(kind, () => {
    const missing = LoadBalancer.missing(kind);
    if (missing.length) console.log(`proxies: ${kind} is not tested, for want of ${missing.join(" and ")}. scripts/setup.sh test installs it.`);
    test.skip(missing.length > 0, `no ${missing.join(", no ")}`);

    // Six programs start and stop.
    test.describe.configure({ timeout: 60_000 });

    let replicas: Replicas;
    let balancer: LoadBalancer;
    let facts: DemoFacts;

    test.beforeEach(async () => {
      // Long enough for a proxy that asks whether a server is ready.
      replicas = await Replicas.start(3, { drainSeconds: 3 });
      facts = factsOf(replicas.demo);
      balancer = await LoadBalancer.start(kind, replicas.all.map(({ port }) => port));
    });

    test.afterEach(async ({}, testInfo) => {
      if (balancer && testInfo.status !== testInfo.expectedStatus) await testInfo.attach(`${kind} said`, { body: balancer.said });
      await balancer?.stop();
      await replicas?.stop();
    });

    const ask = (method: string, path: string, headers = {}, body = "") => balancer.client.ask(method, path, headers, body);
    const asBackend = () => ({ "x-api-key": facts.API_KEY, "content-type": "application/json" });
    const deliver = ({ headers, body }: Delivery) => ask("POST", WEBHOOK, headers, body);

    /** What a customer's page needs for a stream. */
    async function credentials(): Promise<Record<string, string>> {
      const wanted = { surface: "chat", whatsappNumberIds: [facts.NUMBER_ID], allowedOrigins: [ORIGIN] };
      const minted = await ask("POST", "/v1/embed/sessions", asBackend(), JSON.stringify(wanted));
      expect(minted.status, minted.text).toBe(201);
      return { authorization: `Bearer ${JSON.parse(minted.text).token}`, "x-parent-origin": ORIGIN };
    }

    /** Open streams of each server, by its own figures. */
    async function openStreams(): Promise<number[]> {
      const figures = replicas.all.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
      return (await Promise.all(figures)).map((text) => Number(/^pilot_live_streams (\d+)/m.exec(text)?.[1] ?? 0));
    }

    test("documents, the API, large webhooks and streams get through, figures do not", async () => {
      const page = await ask("GET", "/");
      expect([page.status, page.text]).toEqual([200, expect.stringContaining('data-testid="inbox"')]);
      expect((await ask("GET", "/embed.js")).status).toBe(200);
      expect((await ask("GET", "/v1/numbers", asBackend())).status).toBe(200);
      for (const path of ["/metrics", "//metrics", "/%6detrics"]) expect((await ask("GET", path)).status, path).not.toBe(200);
      expect((await ask("GET", "/metrics")).status).toBe(403);

      const headers = await credentials();
      const streams = Array.from({ length: 6 }, () => balancer.client.stream("/api/live", headers));
      await expect(() => {
        for (const stream of streams) expect([stream.status, stream.text]).toEqual([200, expect.stringContaining("event:")]);
      }).toPass({ intervals: [20] });
      expect(await openStreams(), "no server has them all").toEqual([2, 2, 2]);

      // As large as Meta makes them.
      const padding = "x".repeat(3_000_000);
      const answer = await deliver(signedText(facts, newCustomer("Ana Proxied"), "Is anybody there?", { padding }));
      expect(answer.status, answer.text).toBe(200);
      await expect(() => {
        for (const { text } of streams) expect(text).toContain("Is anybody there?");
      }).toPass({ timeout: 1_000, intervals: [20] });

      for (const stream of streams) stream.close();
      await expect.poll(openStreams, { message: "who leaves is let go" }).toEqual([0, 0, 0]);
    });

    test("a server that stops and one that dies are not missed", async () => {
      const headers = await credentials();
      const customer = newCustomer("Bia Proxied");
      const refused: string[] = [];
      let count = 0;
      let over = false;
      // Backends, browsers and Meta, each at its own pace.
      const goOn = async (call: () => Promise<Answer>) => {
        while (!over) {
          const { status, text } = await call().catch((error) => ({ status: 0, text: String(error) }));
          if (status !== 200) refused.push(`${status} ${text}`);
          count += 1;
        }
      };
      const repeated: string[] = [];
      const traffic = [
        goOn(() => ask("GET", "/v1/numbers", asBackend())),
        goOn(() => ask("GET", "/")),
        goOn(async () => {
          const delivery = signedText(facts, customer, `text ${count}`);
          const answer = await deliver(delivery);
          if (answer.status !== 502) return answer;
          // Meta says it again, and a server that died is asked for nothing any more.
          repeated.push(answer.text);
          return deliver(delivery);
        }),
      ];
      const more = (calls: number) => expect.poll(() => count, { intervals: [20] }).toBeGreaterThan(count + calls);

      await more(60);
      await replicas.all[1]!.program.stop("SIGTERM");
      await more(200);
      expect([...refused, ...repeated], "after a server stopped").toEqual([]);
      await replicas.all[2]!.program.stop("SIGKILL");
      await more(200);
      over = true;
      await Promise.all(traffic);
      expect(refused, "after a server died").toEqual([]);
      expect(repeated.length, "webhooks that died with it").toBeLessThanOrEqual(kind === "nginx" ? 0 : 1);

      const stream = balancer.client.stream("/api/live", headers);
      await expect.poll(() => stream.text).toContain("event:");
    });
  });
}
