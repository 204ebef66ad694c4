// What the scanner relies on in pages: one moment, nothing twice, and tokens that grow too old.

import { object, toNames } from "../../emulator/kubernetes-fixture.ts";
import type { KubernetesApi } from "./kubernetes-api.ts";
import { fielded, parse, parseList, type KubernetesContract } from "./kubernetes-answers.ts";

interface Page {
  readonly names: readonly string[];
  readonly remaining: number | null;
  readonly continue: string;
  readonly revision: string;
}

async function page(api: KubernetesApi, query: string): Promise<Page> {
  const body = parseList(await api.send(`/api/v1/namespaces/big/configmaps?${query}`));
  const { continue: next = "", remainingItemCount = null, resourceVersion } = body.metadata;
  return {
    names: body.items.map(({ metadata }) => metadata.name),
    remaining: remainingItemCount,
    continue: next,
    revision: resourceVersion,
  };
}

export const PAGES: readonly KubernetesContract[] = [
  {
    title: "pages go on where the last one ended, at its revision, and count what remains",
    observe: async (api) => {
      const first = await page(api, "limit=60");
      const second = await page(api, `limit=60&continue=${first.continue}`);
      return [
        [first.names.length, first.names.at(-1), first.remaining],
        [second.names.length, second.names[0], second.remaining, second.continue],
        first.revision === second.revision,
      ];
    },
    expected: [[60, "059", 40], [40, "060", null, ""], true],
  },
  {
    title: "with a selector nothing is counted, and the last page may be empty",
    observe: async (api) => {
      const reply = parseList(await api.send(`${fielded("metadata.namespace!=shop")}&limit=2`));
      const path = `${fielded("metadata.namespace!=shop")}&limit=2&continue=${reply.metadata.continue}`;
      const last = parseList(await api.send(path));
      return [toNames(reply), reply.metadata.remainingItemCount ?? null, toNames(last)];
    },
    expected: [["a-b/two", "a/one"], null, []],
  },
  {
    title: "a limit is ignored at resourceVersion=0, which the cache answers",
    observe: async (api) => (await page(api, "limit=1&resourceVersion=0")).names.length,
    expected: 100,
  },
  {
    title: "a continue token that was not given out is refused",
    observe: async (api) => {
      const reply = await api.send("/api/v1/pods?limit=1&continue=garbage");
      return [
        reply.status,
        parse(reply)["reason"],
        /continue key is not valid/.test(String(parse(reply)["message"])),
      ];
    },
    expected: [400, "BadRequest", true],
  },
  {
    title: "a continue token and a revision together are refused",
    observe: async (api) => {
      const first = await page(api, "limit=1");
      const reply = await api.send(
        `/api/v1/namespaces/big/configmaps?limit=1&continue=${first.continue}&resourceVersion=1000`,
      );
      return [reply.status, parse(reply)["code"]];
    },
    expected: [400, 400],
  },
  {
    title: "a list is of one moment: what is stored between two pages is not in it",
    observe: async (api) => {
      const first = await page(api, "limit=60");
      await api.store(object("v1", "ConfigMap", "big/999", { data: {} }));
      const second = await page(api, `limit=60&continue=${first.continue}`);
      return [second.names.length, (await page(api, "limit=200")).names.length];
    },
    expected: [40, 101],
  },
  {
    title: "a token too old is a 410 with another token, which goes on with what is there now",
    observe: async (api) => {
      const first = await page(api, "limit=60");
      await api.forget();
      await api.store(object("v1", "ConfigMap", "big/998", { data: {} }));
      const path = "/api/v1/namespaces/big/configmaps?limit=60&continue=";
      const gone = await api.send(`${path}${first.continue}`);
      const { status, reason, code, message, metadata } = parse(gone);
      const fresh = (metadata as { readonly continue?: string }).continue ?? "";
      const again = await api.send(`${path}${first.continue}`);
      const rest = await page(api, `limit=60&continue=${fresh}`);
      return [
        gone.status,
        { status, reason, code, message },
        again.status,
        rest.names.length,
        rest.names.at(-2),
      ];
    },
    expected: [
      410,
      {
        status: "Failure",
        reason: "Expired",
        code: 410,
        message:
          "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
      },
      410,
      42,
      "998",
    ],
  },
];
