// Into a member account: who is trusted, what the session may do, and the identity behind an EKS token.

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";

import { DescribeClusterCommand, ListClustersCommand } from "@aws-sdk/client-eks";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AssumeRoleCommandInput } from "@aws-sdk/client-sts";

import type { Cloud } from "../../emulator/cloud.ts";
import { createEksToken } from "../../lib/aws/eks-token.ts";
import {
  enter,
  EXTERNAL_ID,
  HOME,
  MEMBER,
  MEMBER_ROLE,
  OTHER,
  refusal,
  SCANNER,
  toAccount,
  toClients,
  toCluster,
  toCredentials,
  toWorld,
  withCloud,
} from "./aws-world.ts";
import type { Credentials } from "./aws-world.ts";

function toWorldWithMember(more: Parameters<typeof toAccount>[1]) {
  return toWorld({ accounts: [toAccount(SCANNER), toAccount(MEMBER, more), toAccount(OTHER)] });
}

describe("GetCallerIdentity", () => {
  it("names the session behind a signature", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { sts } = toClients(cloud, await enter(cloud));
      const identity = await sts.send(new GetCallerIdentityCommand({}));
      assert.equal(identity.Account, MEMBER);
      assert.equal(identity.Arn, `arn:aws:sts::${MEMBER}:assumed-role/RingfenceReader/ringfence`);
      assert.match(identity.UserId ?? "", /^AROA[A-Z2-7]{16}:ringfence$/u);
    });
  });

  it("uses the ARNs of its partition", async () => {
    const world = toWorld({
      partition: "aws-cn",
      scanner: { accountId: SCANNER, region: "cn-north-1", externalId: null },
      accounts: [toAccount(SCANNER, { enabledRegions: ["cn-north-1"] }), toAccount(OTHER)],
    });
    await withCloud(world, async (cloud) => {
      const { sts } = toClients(cloud, toCredentials(cloud.environment), "cn-north-1");
      const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
      assert.equal(Arn, `arn:aws-cn:sts::${SCANNER}:assumed-role/ringfence-operator/ringfence-operator`);
    });
  });
});

describe("the member role trusts", () => {
  it("the discover and scan functions and the operator", async () => {
    await withCloud(toWorld(), async (cloud) => {
      for (const from of ["ringfence-prod-discover", "ringfence-prod-scan", "ringfence-operator"]) {
        assert.match((await enter(cloud, MEMBER, { from })).accessKeyId, /^ASIA/u);
      }
    });
  });

  const denied = refusal(
    "AccessDenied",
    403,
    /^User: arn:aws:sts::\d+:assumed-role\/.* is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::\d+:role\/RingfenceReader/u,
  );

  it("nobody with a wrong or no external id", async () => {
    await withCloud(toWorld(), async (cloud) => {
      for (const externalId of ["a-guess", undefined]) {
        await assert.rejects(enter(cloud, MEMBER, { externalId }), denied);
      }
    });
  });

  it("anyone named when the world has no external id", async () => {
    const scanner = { accountId: SCANNER, region: HOME, externalId: null };
    await withCloud(toWorld({ scanner }), async (cloud) => {
      assert.ok(await enter(cloud, MEMBER, { externalId: undefined }));
    });
  });

  it("no sibling role of the same account, whatever its own policy allows", async () => {
    await withCloud(toWorld(), async (cloud) => {
      for (const from of ["ringfence-prod-start", "ringfence-prod-accounts", "ringfence-prod-report"]) {
        await assert.rejects(enter(cloud, MEMBER, { from }), denied);
      }
    });
  });

  it("nobody outside the organization", async () => {
    await withCloud(toWorld({ organization: null }), async (cloud) => {
      await assert.rejects(enter(cloud), denied);
    });
  });

  it("no member that it was itself assumed from", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { sts } = toClients(cloud, await enter(cloud));
      const input = {
        RoleArn: MEMBER_ROLE.replace(MEMBER, OTHER),
        RoleSessionName: "on",
        ExternalId: EXTERNAL_ID,
      };
      await assert.rejects(sts.send(new AssumeRoleCommand(input)), denied);
    });
  });

  it("nobody where it is not deployed, or its account is not active", async () => {
    const notDeployed = toWorldWithMember({ memberRole: { deployed: false, withoutActions: [] } });
    await withCloud(notDeployed, (cloud) => assert.rejects(enter(cloud), denied));
    await withCloud(toWorldWithMember({ state: "SUSPENDED" }), (cloud) =>
      assert.rejects(enter(cloud), denied),
    );
  });
});

describe("AssumeRole", () => {
  async function assume(cloud: Cloud, more: Partial<AssumeRoleCommandInput>, region = HOME) {
    const { sts } = toClients(cloud, toCredentials(cloud.environment), region);
    return sts.send(
      new AssumeRoleCommand({
        RoleArn: MEMBER_ROLE,
        RoleSessionName: "ringfence",
        ExternalId: EXTERNAL_ID,
        ...more,
      }),
    );
  }

  it("gives credentials for an hour unless told otherwise", async () => {
    const now = new Date("2026-11-21T12:00:00Z");
    const offset = now.getTime() - Date.now();
    await withCloud(
      toWorld(),
      async (cloud) => {
        const { sts } = toClients(cloud);
        sts.config.systemClockOffset = offset;
        const input = { RoleArn: MEMBER_ROLE, RoleSessionName: "ringfence", ExternalId: EXTERNAL_ID };
        const hour = await sts.send(new AssumeRoleCommand(input));
        assert.equal(hour.Credentials?.Expiration?.toISOString(), "2026-11-21T13:00:00.000Z");
        assert.equal(
          hour.AssumedRoleUser?.Arn,
          `arn:aws:sts::${MEMBER}:assumed-role/RingfenceReader/ringfence`,
        );
        const quarter = await sts.send(new AssumeRoleCommand({ ...input, DurationSeconds: 900 }));
        assert.equal(quarter.Credentials?.Expiration?.toISOString(), "2026-11-21T12:15:00.000Z");
      },
      { now: () => now },
    );
  });

  it("refuses what the API reference refuses", async () => {
    const rows: readonly (readonly [Partial<AssumeRoleCommandInput>, string])[] = [
      [{ RoleSessionName: "x" }, "ValidationError"],
      [{ RoleSessionName: "x".repeat(65) }, "ValidationError"],
      [{ RoleSessionName: "with blank" }, "ValidationError"],
      [{ ExternalId: "x" }, "ValidationError"],
      [{ ExternalId: "x".repeat(1225) }, "ValidationError"],
      [{ RoleArn: "arn:aws:iam::1:role/x" }, "ValidationError"],
      [{ DurationSeconds: 899 }, "ValidationError"],
      [{ DurationSeconds: 3601 }, "ValidationError"],
      [{ Policy: `{"x":"${"x".repeat(2048)}"}` }, "ValidationError"],
      [{ Policy: "{" }, "MalformedPolicyDocumentException"],
      [{ Policy: "{}" }, "MalformedPolicyDocumentException"],
    ];
    await withCloud(toWorld(), async (cloud) => {
      for (const [more, name] of rows) await assert.rejects(assume(cloud, more), refusal(name, 400));
    });
  });

  it("needs a permission of its own for a source identity and for tags", async () => {
    await withCloud(toWorld(), async (cloud) => {
      for (const more of [{ SourceIdentity: "run-1" }, { Tags: [{ Key: "a", Value: "b" }] }]) {
        await assert.rejects(
          assume(cloud, more),
          refusal("AccessDenied", 403, /SetSourceIdentity|TagSession/u),
        );
      }
    });
  });

  it("does not work in a Region that the target, or the caller, has not enabled", async () => {
    const world = toWorldWithMember({ enabledRegions: ["us-east-1"] });
    await withCloud(world, async (cloud) => {
      await assert.rejects(assume(cloud, {}), refusal("RegionDisabledException", 403));
      assert.ok(await assume(cloud, {}, "us-east-1"));
      await assert.rejects(assume(cloud, {}, "me-south-1"), refusal("InvalidClientTokenId", 403));
    });
  });
});

describe("a session may do", () => {
  it("only what both the role and the session policy allow", async () => {
    const clusters = [toCluster("shop", { status: "CREATING" }), toCluster("blog", { status: "CREATING" })];
    await withCloud(toWorldWithMember({ clusters }), async (cloud) => {
      const policy = {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["eks:DescribeCluster", "eks:ListAddons"],
            Resource: `arn:aws:eks:${HOME}:${MEMBER}:cluster/shop`,
          },
        ],
      };
      const { eks } = toClients(cloud, await enter(cloud, MEMBER, { policy }));
      assert.ok(await eks.send(new DescribeClusterCommand({ name: "shop" })));
      await assert.rejects(
        eks.send(new DescribeClusterCommand({ name: "blog" })),
        refusal(
          "AccessDeniedException",
          403,
          /because no session policy allows the eks:DescribeCluster action$/u,
        ),
      );
      const { ListAddonsCommand } = await import("@aws-sdk/client-eks");
      await assert.rejects(
        eks.send(new ListAddonsCommand({ clusterName: "shop" })),
        refusal(
          "AccessDeniedException",
          403,
          /because no identity-based policy allows the eks:ListAddons action$/u,
        ),
      );
    });
  });

  it("nothing that a service control policy denies, but in the management account", async () => {
    const denied = { deniedByServiceControlPolicy: ["eks:List*"] };
    const world = toWorld({
      accounts: [toAccount(SCANNER), toAccount(MEMBER, denied), toAccount(OTHER, denied)],
    });
    await withCloud(world, async (cloud) => {
      const member = toClients(cloud, await enter(cloud));
      await assert.rejects(
        member.eks.send(new ListClustersCommand({})),
        refusal("AccessDeniedException", 403, /with an explicit deny in a service control policy$/u),
      );
      const management = toClients(cloud, await enter(cloud, OTHER));
      assert.deepEqual((await management.eks.send(new ListClustersCommand({}))).clusters, []);
    });
  });
});

/** What an EKS token holds: a presigned URL of the real STS. */
async function presign(credentials: Credentials, clusterId: string): Promise<URL> {
  const token = await toToken(credentials, clusterId);
  return new URL(Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString());
}

function toToken(credentials: Credentials, clusterId: string): Promise<string> {
  return createEksToken({ partition: "aws", region: HOME, clusterId, credentials, now: new Date() });
}

describe("a presigned GetCallerIdentity", () => {
  it("is answered in JSON to who asks for it, as the authenticator does", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const url = await presign(toCredentials(cloud.environment), "shop");
      const headers = { host: url.host, "x-k8s-aws-id": "shop", accept: "application/json" };
      const good = await get(new URL(url.search, cloud.endpoint), headers);
      assert.equal(good.status, 200);
      assert.match(
        good.body,
        /^\{"GetCallerIdentityResponse":\{"GetCallerIdentityResult":\{"Arn":"arn:aws:sts::1{12}:/u,
      );
      const renamed = await get(new URL(url.search, cloud.endpoint), { ...headers, "x-k8s-aws-id": "blog" });
      assert.equal(renamed.status, 403);
      assert.match(renamed.body, /<Code>SignatureDoesNotMatch<\/Code>/u);
    });
  });

  it("lives fifteen minutes", async () => {
    let offsetMs = 0;
    await withCloud(
      toWorld(),
      async (cloud) => {
        const url = await presign(toCredentials(cloud.environment), "shop");
        const ask = () =>
          get(new URL(url.search, cloud.endpoint), { host: url.host, "x-k8s-aws-id": "shop" });
        offsetMs = 14 * 60_000;
        assert.equal((await ask()).status, 200);
        offsetMs = 16 * 60_000;
        assert.match((await ask()).body, /Signature expired/u);
      },
      { now: () => new Date(Date.now() + offsetMs) },
    );
  });

  it("opens the cluster that it names to the role that is mapped there, and no other", async () => {
    const world = toWorldWithMember({ clusters: [toCluster("shop"), toCluster("blog")] });
    await withCloud(world, async (cloud) => {
      const member = await enter(cloud);
      assert.equal(await listNamespaces(cloud, "shop", member, "shop"), 200);
      assert.equal(await listNamespaces(cloud, "shop", member, "blog"), 401);
      const hub = toCredentials(cloud.environmentFor("ringfence-prod-scan"));
      assert.equal(await listNamespaces(cloud, "shop", hub, "shop"), 401);
      assert.equal(await listNamespaces(cloud, "shop", { ...member, secretAccessKey: "x" }, "shop"), 401);
    });
  });
});

/** HTTP status of a list with a token for `named`, sent to `cluster`. */
async function listNamespaces(cloud: Cloud, cluster: string, credentials: Credentials, named: string) {
  const server = cloud.clusters.get(`${MEMBER}/${HOME}/${cluster}`);
  assert.ok(server !== undefined);
  const token = await toToken(credentials, named);
  const answer = await get(
    new URL("/api/v1/namespaces", server.endpoint),
    { authorization: `Bearer ${token}` },
    Buffer.from(server.certificateAuthorityData, "base64"),
  );
  return answer.status;
}

/** `fetch` sends no Host header of ours. */
function get(url: URL, headers: Readonly<Record<string, string>>, ca?: Buffer) {
  return new Promise<{ readonly status: number | undefined; readonly body: string }>((resolve, reject) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(url, { headers, agent: false, ...(ca === undefined ? {} : { ca }) }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.on("error", reject).end();
  });
}
