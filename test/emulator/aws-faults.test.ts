// The faults that a world asks for, as an SDK feels them; and several clouds at once.

import assert from "node:assert/strict";
import { Agent, request as httpsRequest } from "node:https";
import { describe, it } from "node:test";

import { EKSClient, DescribeClusterCommand, ListClustersCommand } from "@aws-sdk/client-eks";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import { createServerCertificate } from "../../emulator/kubernetes/certificate.ts";
import type { WorldFault } from "../../emulator/world.ts";
import {
  enter,
  HOME,
  MEMBER,
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

const THROTTLED: WorldFault["answer"] = {
  kind: "error",
  status: 429,
  code: "ThrottlingException",
  message: "Rate exceeded",
  retryAfterSeconds: 1,
};

function withFault(fault: Partial<WorldFault> & Pick<WorldFault, "answer">) {
  return toWorld({ faults: [{ service: "eks", operation: "ListClusters", ...fault }] });
}

describe("a fault", () => {
  it("answers in the words of the service's protocol, with Retry-After", async () => {
    await withCloud(withFault({ answer: THROTTLED }), async (cloud) => {
      await assert.rejects(toClients(cloud).eks.send(new ListClustersCommand({})), (error) => {
        const { $response: response } = Object(error);
        assert.equal(response.headers["retry-after"], "1");
        return refusal("ThrottlingException", 429)(error);
      });
      assert.equal(cloud.calls.at(-1)?.status, 429);
    });
  });

  it("may be for the n-th call only", async () => {
    await withCloud(withFault({ answer: THROTTLED, calls: [2] }), async (cloud) => {
      const { eks } = toClients(cloud);
      assert.ok(await eks.send(new ListClustersCommand({})));
      await assert.rejects(eks.send(new ListClustersCommand({})), refusal("ThrottlingException", 429));
      assert.ok(await eks.send(new ListClustersCommand({})));
    });
  });

  it("may be the service's clock, which its answers tell and SDKs follow", async () => {
    for (const offsetSeconds of [600, -600])
      await withCloud(withFault({ answer: { kind: "clock", offsetSeconds } }), async (cloud) => {
        const { eks } = toClients(cloud);
        await assert.rejects(
          eks.send(new ListClustersCommand({})),
          refusal("InvalidSignatureException", 403),
        );
        assert.ok(await eks.send(new ListClustersCommand({})));
        const offsetMs = eks.config.systemClockOffset;
        assert.ok(Math.abs(offsetMs - offsetSeconds * 1000) < 5000, String(offsetMs));
      });
  });

  it("may end the credentials of the call, for every service", async () => {
    await withCloud(withFault({ answer: { kind: "expired" } }), async (cloud) => {
      const { eks, sts } = toClients(cloud);
      assert.ok(await sts.send(new GetCallerIdentityCommand({})));
      await assert.rejects(eks.send(new ListClustersCommand({})), { name: /^ExpiredToken/ });
      await assert.rejects(sts.send(new GetCallerIdentityCommand({})), { name: /^ExpiredToken/ });
    });
  });

  it("may be somebody with a foreign certificate, where the cloud speaks TLS", async () => {
    const certificate = await createServerCertificate();
    const ask = (origin: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const request = httpsRequest(origin, { ca: certificate.authorityPem, agent: false }, () => resolve());
        request.on("error", reject).end();
      });
    await withCloud(
      withFault({ answer: { kind: "foreign-certificate" }, calls: [1] }),
      async (cloud) => {
        const { eks } = toClients(cloud, undefined, undefined, new Agent({ ca: certificate.authorityPem }));
        await assert.rejects(eks.send(new ListClustersCommand({})), { code: "ECONNRESET" });
        await assert.rejects(ask(cloud.endpoint), { code: "CERT_SIGNATURE_FAILURE" });
        assert.ok(await eks.send(new ListClustersCommand({})));
      },
      { certificate },
    );
  });

  it("keeps to the account, Region and cluster that it names", async () => {
    const clusters = [toCluster("shop", { status: "CREATING" }), toCluster("blog", { status: "CREATING" })];
    const fault = { service: "eks", operation: "DescribeCluster", accountId: MEMBER, region: HOME };
    const world = toWorld({
      accounts: [toAccount(SCANNER, { clusters }), toAccount(MEMBER, { clusters }), toAccount(OTHER)],
      faults: [{ ...fault, cluster: "shop", answer: THROTTLED }],
    });
    await withCloud(world, async (cloud) => {
      const member = toClients(cloud, await enter(cloud)).eks;
      await assert.rejects(
        member.send(new DescribeClusterCommand({ name: "shop" })),
        refusal("ThrottlingException", 429),
      );
      assert.ok(await member.send(new DescribeClusterCommand({ name: "blog" })));
      assert.ok(await toClients(cloud).eks.send(new DescribeClusterCommand({ name: "shop" })));
    });
  });

  it("of AssumeRole is for the account that is entered", async () => {
    const answer = { ...THROTTLED, code: "Throttling" };
    const fault = { service: "sts", operation: "AssumeRole", accountId: OTHER, answer };
    await withCloud(toWorld({ faults: [fault] }), async (cloud) => {
      assert.ok(await enter(cloud, MEMBER));
      await assert.rejects(enter(cloud, OTHER), refusal("Throttling", 429));
    });
  });

  it("may be a hang, which ends with the cloud", async () => {
    let hung: Promise<unknown> | undefined;
    await withCloud(withFault({ answer: { kind: "hang" } }), async (cloud) => {
      const { eks } = toClients(cloud);
      await assert.rejects(
        eks.send(new ListClustersCommand({}), { abortSignal: AbortSignal.timeout(50) }),
        /abort/iu,
      );
      hung = assert.rejects(eks.send(new ListClustersCommand({})), /socket hang up|ECONNRESET/u);
      while (cloud.calls.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(cloud.calls[1]?.status, null);
    });
    await hung;
  });

  it("may be a reset or garbage", async () => {
    await withCloud(withFault({ answer: { kind: "reset" } }), async (cloud) => {
      await assert.rejects(
        toClients(cloud).eks.send(new ListClustersCommand({})),
        /ECONNRESET|socket hang up/u,
      );
    });
    const garbage = { kind: "garbage", body: "<html>", contentType: "text/html" } as const;
    await withCloud(withFault({ answer: garbage }), async (cloud) => {
      await assert.rejects(toClients(cloud).eks.send(new ListClustersCommand({})), SyntaxError);
    });
  });
});

describe("clouds", () => {
  it("keep to themselves", async () => {
    await withCloud(toWorld(), async (first) => {
      await withCloud(toWorld(), async (second) => {
        const stranger = toClients(second, toCredentials(first.environment));
        await assert.rejects(
          stranger.sts.send(new GetCallerIdentityCommand({})),
          refusal("InvalidClientTokenId", 403),
        );
        assert.deepEqual(first.calls, []);
      });
    });
  });

  it("wait before each answer where asked to", async () => {
    await withCloud(
      toWorld(),
      async (cloud) => {
        const startedAt = performance.now();
        await toClients(cloud).sts.send(new GetCallerIdentityCommand({}));
        // A timer may be a part of a millisecond early.
        assert.ok(performance.now() - startedAt >= 79);
      },
      { latencyMs: 80 },
    );
  });

  it("are not started from a world that cannot be", async () => {
    const lost = toWorld({ accounts: [toAccount(MEMBER)] });
    await assert.rejects(
      withCloud(lost, () => Promise.resolve()),
      /it has no account 111111111111/u,
    );
    const off = toWorld({ accounts: [toAccount(SCANNER, { enabledRegions: ["us-east-1"] })] });
    await assert.rejects(
      withCloud(off, () => Promise.resolve()),
      /has not enabled its own Region/u,
    );
    await withCloud(toWorld(), (cloud) => {
      assert.throws(() => cloud.environmentFor("Administrator"), /has no role Administrator/u);
      return Promise.resolve();
    });
  });

  it("give a caller the environment that an SDK reads by itself", async () => {
    await withCloud(toWorld(), async (cloud) => {
      assert.deepEqual(Object.keys(cloud.environment).toSorted(), [
        "AWS_ACCESS_KEY_ID",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
      ]);
      const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = cloud.environment;
      const eks = new EKSClient({ endpoint, region, credentials: toCredentials(cloud.environment) });
      assert.deepEqual((await eks.send(new ListClustersCommand({}))).clusters, []);
    });
  });
});
