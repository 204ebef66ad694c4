// Amazon EKS through its SDK: the shapes that a real cluster shows in each stage of its life, pages and errors.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  ListAddonsCommand,
  ListCapabilitiesCommand,
  ListClustersCommand,
} from "@aws-sdk/client-eks";
import type { EKSClient } from "@aws-sdk/client-eks";

import type { Cloud } from "../../emulator/cloud.ts";
import type { WorldAccount } from "../../emulator/world.ts";
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
  toWorld,
  withCloud,
} from "./aws-world.ts";

/** As the member role, in an account with this in it. */
function withMember(
  member: Partial<WorldAccount>,
  test: (eks: EKSClient, cloud: Cloud) => Promise<void>,
): Promise<void> {
  const world = toWorld({ accounts: [toAccount(SCANNER), toAccount(MEMBER, member), toAccount(OTHER)] });
  return withCloud(world, async (cloud) => test(toClients(cloud, await enter(cloud)).eks, cloud));
}

const CONNECTED = toCluster("on-premises", {
  describe: {
    connectorConfig: { provider: "RANCHER", activationId: "a-1", roleArn: "arn:aws:iam::1:role/x" },
  },
});

describe("ListClusters", () => {
  it("leaves connected clusters out unless asked for all, and other Regions always", async () => {
    const clusters = [
      toCluster("shop", { status: "CREATING" }),
      CONNECTED,
      toCluster("far", { region: "us-east-1", status: "CREATING" }),
    ];
    await withMember({ clusters }, async (eks) => {
      assert.deepEqual((await eks.send(new ListClustersCommand({}))).clusters, ["shop"]);
      const all = await eks.send(new ListClustersCommand({ include: ["all"] }));
      assert.deepEqual(all.clusters, ["shop", "on-premises"]);
      await assert.rejects(
        eks.send(new ListClustersCommand({ include: ["ALL"] })),
        refusal("InvalidParameterException", 400),
      );
    });
  });

  it("comes in pages of at most 100", async () => {
    const clusters = Array.from({ length: 230 }, (_, index) =>
      toCluster(`c${index}`, { status: "CREATING" }),
    );
    await withMember({ clusters }, async (eks) => {
      const sizes: number[] = [];
      const names = new Set<string>();
      let nextToken: string | undefined;
      do {
        const page = await eks.send(new ListClustersCommand({ nextToken }));
        sizes.push(page.clusters?.length ?? 0);
        for (const name of page.clusters ?? []) names.add(name);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      assert.deepEqual(sizes, [100, 100, 30]);
      assert.equal(names.size, 230);
      for (const maxResults of [0, 101]) {
        await assert.rejects(
          eks.send(new ListClustersCommand({ maxResults })),
          refusal("InvalidParameterException", 400),
        );
      }
    });
  });
});

describe("DescribeCluster", () => {
  it("shows a running cluster with its endpoint and certificate authority", async () => {
    const cluster = toCluster("shop", {
      describe: { tags: { team: "web" }, resourcesVpcConfig: { endpointPublicAccess: false } },
    });
    await withMember({ clusters: [cluster] }, async (eks, cloud) => {
      const { cluster: shop } = await eks.send(new DescribeClusterCommand({ name: "shop" }));
      const server = cloud.clusters.get(`${MEMBER}/${HOME}/shop`);
      assert.equal(shop?.arn, `arn:aws:eks:${HOME}:${MEMBER}:cluster/shop`);
      assert.equal(shop?.status, "ACTIVE");
      assert.equal(shop?.createdAt?.toISOString(), "2026-03-04T05:06:07.000Z");
      assert.equal(shop?.endpoint, server?.endpoint);
      assert.equal(shop?.certificateAuthority?.data, server?.certificateAuthorityData);
      assert.match(
        Buffer.from(shop?.certificateAuthority?.data ?? "", "base64").toString(),
        /^-----BEGIN CERTIFICATE-----/u,
      );
      assert.deepEqual(shop?.accessConfig?.authenticationMode, "API");
      assert.deepEqual(shop?.tags, { team: "web" });
      assert.equal(shop?.resourcesVpcConfig?.endpointPublicAccess, false);
      assert.equal(shop?.resourcesVpcConfig?.endpointPrivateAccess, true);
      assert.match(
        shop?.identity?.oidc?.issuer ?? "",
        /^https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/u,
      );
    });
  });

  it("shows neither while the cluster is being created", async () => {
    await withMember({ clusters: [toCluster("shop", { status: "CREATING" })] }, async (eks) => {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name: "shop" }));
      assert.equal(cluster?.status, "CREATING");
      assert.equal(cluster?.endpoint, undefined);
      assert.deepEqual(cluster?.certificateAuthority, {});
    });
  });

  it("shows a connected cluster by its connector alone", async () => {
    await withMember({ clusters: [CONNECTED] }, async (eks) => {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name: "on-premises" }));
      assert.equal(cluster?.connectorConfig?.provider, "RANCHER");
      assert.equal(cluster?.endpoint, undefined);
      assert.equal(cluster?.resourcesVpcConfig, undefined);
      assert.equal(cluster?.version, undefined);
    });
  });

  it("takes away what the world says is not there", async () => {
    const cluster = toCluster("shop", { status: "CREATING", describe: { accessConfig: null } });
    await withMember({ clusters: [cluster] }, async (eks) => {
      const { cluster: shop } = await eks.send(new DescribeClusterCommand({ name: "shop" }));
      assert.ok(shop !== undefined && !("accessConfig" in shop));
    });
  });

  it("knows no cluster of another account or Region, nor names that objects have of themselves", async () => {
    const clusters = [toCluster("far", { region: "us-east-1", status: "CREATING" })];
    await withMember({ clusters }, async (eks) => {
      for (const name of ["far", "__proto__", "constructor"]) {
        await assert.rejects(
          eks.send(new DescribeClusterCommand({ name })),
          refusal(
            "ResourceNotFoundException",
            404,
            new RegExp(`^No cluster found for name: ${name}\\.$`, "u"),
          ),
        );
      }
    });
  });
});

describe("add-ons and capabilities", () => {
  const addons = [
    {
      name: "vpc-cni",
      version: "v1.23.1-eksbuild.1",
      status: "DEGRADED",
      configurationValues: '{"enableNetworkPolicy":"true"}',
      healthIssues: [{ code: "ConfigurationConflict", message: "aws-node was changed" }],
    },
    { name: "coredns", version: "v1.12.0", status: "ACTIVE", configurationValues: null, healthIssues: [] },
  ];
  const capabilities = [{ name: "argo", type: "ARGOCD", status: "ACTIVE" }];
  const cluster = toCluster("shop", { status: "CREATING", addons, capabilities });

  it("have the real shapes", async () => {
    await withMember({ clusters: [cluster] }, async (eks) => {
      const { addon } = await eks.send(
        new DescribeAddonCommand({ clusterName: "shop", addonName: "vpc-cni" }),
      );
      assert.equal(addon?.configurationValues, '{"enableNetworkPolicy":"true"}');
      assert.equal(addon?.status, "DEGRADED");
      assert.deepEqual(addon?.health?.issues, [
        { code: "ConfigurationConflict", message: "aws-node was changed", resourceIds: [] },
      ]);
      assert.match(
        addon?.addonArn ?? "",
        /^arn:aws:eks:eu-west-1:222222222222:addon\/shop\/vpc-cni\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
      );
      const list = await eks.send(new ListCapabilitiesCommand({ clusterName: "shop" }));
      assert.deepEqual(
        list.capabilities?.map(({ capabilityName, type, status }) => [capabilityName, type, status]),
        [["argo", "ARGOCD", "ACTIVE"]],
      );
    });
  });

  it("are listed, and described in full, to who may", async () => {
    const world = toWorld({ accounts: [toAccount(SCANNER, { clusters: [cluster] }), toAccount(OTHER)] });
    await withCloud(world, async (cloud) => {
      const { eks } = toClients(cloud);
      const first = await eks.send(new ListAddonsCommand({ clusterName: "shop", maxResults: 1 }));
      assert.deepEqual(first.addons, ["vpc-cni"]);
      const second = await eks.send(
        new ListAddonsCommand({ clusterName: "shop", maxResults: 1, nextToken: first.nextToken }),
      );
      assert.deepEqual([second.addons, second.nextToken], [["coredns"], undefined]);
      const { addon } = await eks.send(
        new DescribeAddonCommand({ clusterName: "shop", addonName: "coredns" }),
      );
      assert.ok(addon !== undefined && !("configurationValues" in addon));
    });
  });

  it("are not found by name where they are not", async () => {
    await withMember({ clusters: [toCluster("shop", { status: "CREATING" })] }, async (eks) => {
      await assert.rejects(
        eks.send(new DescribeAddonCommand({ clusterName: "shop", addonName: "vpc-cni" })),
        refusal("ResourceNotFoundException", 404, /^No addon: vpc-cni found in cluster: shop$/u),
      );
      await assert.rejects(
        eks.send(new DescribeAddonCommand({ clusterName: "no", addonName: "vpc-cni" })),
        refusal("ResourceNotFoundException", 404, /^No cluster found/u),
      );
    });
  });

  it("are closed beyond the add-on that the role names", async () => {
    await withMember({ clusters: [cluster] }, async (eks) => {
      await assert.rejects(
        eks.send(new DescribeAddonCommand({ clusterName: "shop", addonName: "coredns" })),
        refusal("AccessDeniedException", 403, /addon\/shop\/coredns\//u),
      );
    });
  });
});

describe("a Region that the account has not enabled", () => {
  it("does not know its credentials", async () => {
    await withMember({}, async (_, cloud) => {
      const { eks } = toClients(cloud, await enter(cloud), "me-south-1");
      await assert.rejects(
        eks.send(new ListClustersCommand({})),
        refusal("UnrecognizedClientException", 403, /security token .* is invalid/u),
      );
    });
  });
});
