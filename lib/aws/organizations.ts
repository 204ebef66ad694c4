// Every account of the organization with the path of its organizational unit, by walking the tree from the root.
// Reads only; throws what the wire threw, because half a tree must not look like a whole one.

import {
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import pLimit from "p-limit";
import * as v from "valibot";
import type { OrganizationAccount } from "../scan/sources.ts";
import { absentAsNull, collectPages, parseAnswer, Text, type Page } from "./answer.ts";
import { inTime, observeCalls, toClientConfig, type CredentialSource, type Transport } from "./clients.ts";
import { MalformedAnswerError } from "./errors.ts";

/** One organization-wide quota serves every caller of these APIs; a walk is not worth all of it. */
const CONCURRENT_CALLS = 4;

const NextToken = absentAsNull(v.string());
const Roots = v.object({ Roots: v.array(v.object({ Id: Text })), NextToken });
const Units = v.object({ OrganizationalUnits: v.array(v.object({ Id: Text, Name: Text })), NextToken });
const Account = v.object({
  Id: Text,
  Name: v.string(),
  State: absentAsNull(Text),
  Status: absentAsNull(Text),
});
const Accounts = v.object({ Accounts: v.array(Account), NextToken });

type AccountAnswer = v.InferOutput<typeof Account>;

interface Walk {
  listRoots(): Promise<readonly { readonly Id: string }[]>;
  listUnits(parentId: string): Promise<readonly { readonly Id: string; readonly Name: string }[]>;
  listAccounts(parentId: string): Promise<readonly AccountAnswer[]>;
}

/** In code-unit order of the account ids. */
export async function listOrganizationAccounts(
  transport: Transport,
  region: string,
  credentials: CredentialSource,
): Promise<readonly OrganizationAccount[]> {
  const walk = openWalk(transport, region, credentials);
  const roots = await walk.listRoots();
  const accounts = await Promise.all(roots.map(({ Id }) => collectBelow(walk, Id, "")));
  return accounts.flat().toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function collectBelow(
  walk: Walk,
  parentId: string,
  path: string,
): Promise<readonly OrganizationAccount[]> {
  const [accounts, units] = await Promise.all([walk.listAccounts(parentId), walk.listUnits(parentId)]);
  const unitPath = path === "" ? "/" : path;
  const below = await Promise.all(
    units.map(({ Id, Name }) => collectBelow(walk, Id, `${path}/${toPathSegment(Name)}`)),
  );
  return [...accounts.map((account) => toAccount(account, unitPath)), ...below.flat()];
}

/** A unit's name may hold a slash, and must not pass for two units. */
function toPathSegment(unitName: string): string {
  return unitName.replaceAll("/", "%2F");
}

function openWalk(transport: Transport, region: string, credentials: CredentialSource): Walk {
  const client = new OrganizationsClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(observeCalls(transport, "organizations"));
  const limit = pLimit(CONCURRENT_CALLS);
  const collect = <T>(operation: string, getPage: (NextToken: string | undefined) => Promise<Page<T>>) =>
    collectPages((token) => limit(() => getPage(token)), operation);
  return {
    listRoots: () =>
      collect("ListRoots", async (NextToken) => {
        const command = new ListRootsCommand({ NextToken });
        const answer = await inTime(transport, (options) => client.send(command, options));
        const page = parseAnswer(Roots, answer, "ListRoots");
        return { items: page.Roots, nextToken: page.NextToken };
      }),
    listUnits: (ParentId) =>
      collect("ListOrganizationalUnitsForParent", async (NextToken) => {
        const command = new ListOrganizationalUnitsForParentCommand({ ParentId, NextToken, MaxResults: 20 });
        const answer = await inTime(transport, (options) => client.send(command, options));
        const page = parseAnswer(Units, answer, "ListOrganizationalUnitsForParent");
        return { items: page.OrganizationalUnits, nextToken: page.NextToken };
      }),
    listAccounts: (ParentId) =>
      collect("ListAccountsForParent", async (NextToken) => {
        const command = new ListAccountsForParentCommand({ ParentId, NextToken, MaxResults: 20 });
        const answer = await inTime(transport, (options) => client.send(command, options));
        const page = parseAnswer(Accounts, answer, "ListAccountsForParent");
        return { items: page.Accounts, nextToken: page.NextToken };
      }),
  };
}

function toAccount(account: AccountAnswer, unitPath: string): OrganizationAccount {
  // `Status` was to go on 2026-09-09 in favour of `State`; the API model still carries both.
  const state = account.State ?? account.Status;
  if (state === null) throw new MalformedAnswerError("ListAccountsForParent answered without a State");
  return { id: account.Id, name: account.Name, state, unitPath };
}
