// What the scanner relies on to find and enter accounts: STS and Organizations.

import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { readPages, refusalOf } from "./aws-answers.ts";
import type { AwsApi, AwsContract } from "./aws-api.ts";

function assume(api: AwsApi, more: Partial<AssumeRoleCommandInput> = {}) {
  const { sts } = api.as(api.keysOf("scan"));
  return sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${api.member}:role/RingfenceReader`,
      RoleSessionName: "contract",
      ExternalId: api.externalId,
      ...more,
    }),
  );
}

async function rootOf({ own }: AwsApi): Promise<string> {
  const { Roots = [] } = await own.organizations.send(new ListRootsCommand({}));
  return Roots[0]?.Id ?? "";
}

export const STS: readonly AwsContract[] = [
  {
    title: "AssumeRole gives three secrets and when they end, and says who one is now",
    observe: async (api) => {
      const { Credentials, AssumedRoleUser } = await assume(api);
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "", Expiration } = Credentials ?? {};
      const minutes = Math.round(((Expiration?.getTime() ?? 0) - Date.now()) / 60_000);
      const shapes = [
        /^ASIA\w{16}$/.test(AccessKeyId),
        SecretAccessKey.length,
        SessionToken.length > 40,
        minutes,
      ];
      return [shapes, api.named(AssumedRoleUser?.Arn)];
    },
    expected: [[true, 40, true, 60], "arn:aws:sts::<member>:assumed-role/RingfenceReader/contract"],
  },
  {
    title: "DurationSeconds is how long they last",
    observe: async (api) => {
      const { Credentials } = await assume(api, { DurationSeconds: 900 });
      return Math.round(((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 60_000);
    },
    expected: 15,
  },
  {
    title: "GetCallerIdentity with them is the role's session in the member account",
    observe: async (api) => {
      const { Credentials } = await assume(api);
      const { sts } = api.as({
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      });
      const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
      return api.named([Account, Arn]);
    },
    expected: ["<member>", "arn:aws:sts::<member>:assumed-role/RingfenceReader/contract"],
  },
  {
    title: "a wrong external id is refused",
    observe: (api) => refusalOf(assume(api, { ExternalId: "wrong" })),
    expected: ["AccessDenied", 403],
    otherwise: {
      server: "moto",
      expected: ["answered", 200],
      because: "it judges no trust policy, and lets everybody in everywhere",
    },
  },
  {
    title: "a session name of one letter is refused",
    observe: (api) => refusalOf(assume(api, { RoleSessionName: "x" })),
    expected: ["ValidationError", 400],
    otherwise: { server: "moto", expected: ["answered", 200], because: "it checks no lengths in STS" },
  },
];

export const ORGANIZATIONS: readonly AwsContract[] = [
  {
    title: "there is one root",
    observe: async (api) => {
      const { Roots = [] } = await api.own.organizations.send(new ListRootsCommand({}));
      return Roots.map(({ Id = "", Name }) => [/^r-[a-z0-9]{4,32}$/.test(Id), Name]);
    },
    expected: [[true, "Root"]],
  },
  {
    title: "the accounts of a parent are its own, not those of its units",
    observe: async (api) => {
      const { organizations } = api.own;
      const ParentId = await rootOf(api);
      const { Accounts = [] } = await organizations.send(new ListAccountsForParentCommand({ ParentId }));
      return (api.named(Accounts.map(({ Id }) => Id)) as string[]).toSorted();
    },
    expected: ["<hub>", "<member>"],
  },
  {
    title: "a list goes on by its token, and each account comes once",
    observe: async (api) => {
      const { organizations } = api.own;
      const pages = await readPages(
        (NextToken) => organizations.send(new ListAccountsCommand({ MaxResults: 2, NextToken })),
        ({ NextToken }) => NextToken,
      );
      const ids = pages.flatMap(({ Accounts = [] }) => Accounts.map(({ Id }) => Id));
      return [pages.map(({ Accounts = [] }) => Accounts.length), (api.named(ids) as string[]).toSorted()];
    },
    expected: [
      [2, 1],
      ["<hub>", "<member>", "<other>"],
    ],
  },
  {
    title: "an account says that it is active, in both words",
    observe: async (api) => {
      const { Accounts = [] } = await api.own.organizations.send(new ListAccountsCommand({}));
      return [...new Set(Accounts.map(({ Status, State }) => `${Status} ${State}`))];
    },
    expected: ["ACTIVE ACTIVE"],
  },
  {
    title: "units of a parent, and the accounts in them",
    observe: async (api) => {
      const { organizations } = api.own;
      const ParentId = await rootOf(api);
      const { OrganizationalUnits = [] } = await organizations.send(
        new ListOrganizationalUnitsForParentCommand({ ParentId }),
      );
      const inside = await organizations.send(
        new ListAccountsForParentCommand({ ParentId: OrganizationalUnits[0]?.Id }),
      );
      return api.named([OrganizationalUnits.map(({ Name }) => Name), inside.Accounts?.map(({ Id }) => Id)]);
    },
    expected: [["unit"], ["<other>"]],
  },
  {
    title: "a parent that is not there",
    observe: ({ own }) =>
      refusalOf(own.organizations.send(new ListAccountsForParentCommand({ ParentId: "ou-none-00000000" }))),
    expected: ["ParentNotFoundException", 400],
  },
];
