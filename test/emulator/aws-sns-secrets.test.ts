// Amazon SNS, AWS Secrets Manager and Parameter Store through their SDKs.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { PublishCommand } from "@aws-sdk/client-sns";
import type { PublishCommandInput } from "@aws-sdk/client-sns";

import { enter, refusal, toClients, toCredentials, toWorld, withCloud } from "./aws-world.ts";

describe("Publish", () => {
  it("delivers what was sent", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { sns } = toClients(cloud);
      const { MessageId } = await sns.send(
        new PublishCommand({
          TopicArn: cloud.topicArn,
          Subject: "Ringfence: 3 new findings",
          Message: "größer & <kleiner>\n+1",
          MessageAttributes: {
            severity: { DataType: "String", StringValue: "high" },
            accounts: { DataType: "String.Array", StringValue: '["1","2"]' },
            count: { DataType: "Number", StringValue: "3" },
          },
        }),
      );
      const [message] = cloud.stores.messages.get(cloud.topicArn) ?? [];
      assert.deepEqual(message, {
        messageId: MessageId,
        subject: "Ringfence: 3 new findings",
        message: "größer & <kleiner>\n+1",
        attributes: new Map([
          ["severity", { type: "String", value: "high" }],
          ["accounts", { type: "String.Array", value: '["1","2"]' }],
          ["count", { type: "Number", value: "3" }],
        ]),
      });
    });
  });

  it("keeps to the limits of a message", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { sns } = toClients(cloud);
      const publish = (more: Partial<PublishCommandInput>) =>
        sns.send(new PublishCommand({ TopicArn: cloud.topicArn, Message: "x", ...more }));
      assert.ok(await publish({ Message: "x".repeat(262_144) }));
      assert.ok(await publish({ Subject: "x".repeat(100) }));
      const attribute = (DataType: string, StringValue: string) => ({
        MessageAttributes: { a: { DataType, StringValue } },
      });
      const refused: readonly (readonly [Partial<PublishCommandInput>, string])[] = [
        [{ Message: "x".repeat(262_145) }, "InvalidParameterException"],
        [{ Message: "é".repeat(131_073) }, "InvalidParameterException"],
        [{ Message: "x".repeat(262_140), ...attribute("String", "yyyy") }, "InvalidParameterException"],
        [{ Message: "" }, "InvalidParameterException"],
        [{ Subject: "x".repeat(101) }, "InvalidParameterException"],
        [{ Subject: "größer" }, "InvalidParameterException"],
        [{ Subject: "two\nlines" }, "InvalidParameterException"],
        [{ Subject: "" }, "InvalidParameterException"],
        [attribute("String.Array", "no array"), "InvalidParameterException"],
        [attribute("String", ""), "ParameterValueInvalid"],
        [attribute("Text", "x"), "ParameterValueInvalid"],
      ];
      for (const [more, name] of refused)
        await assert.rejects(publish(more), refusal(publishName(name), 400));
    });
  });

  it("knows the topics of the scanner's account and Region, and who may use them", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { sns } = toClients(cloud);
      const publish = (TopicArn: string, client = sns) =>
        client.send(new PublishCommand({ TopicArn, Message: "x" }));
      await assert.rejects(
        publish(cloud.topicArn.replace("ringfence-findings", "other")),
        refusal("NotFoundException", 404),
      );
      await assert.rejects(
        publish(cloud.topicArn.replace("eu-west-1", "us-east-1")),
        refusal("InvalidParameterException", 400),
      );
      const member = toClients(cloud, await enter(cloud)).sns;
      await assert.rejects(publish(cloud.topicArn, member), refusal("AuthorizationErrorException", 403));
      const report = toClients(cloud, toCredentials(cloud.environmentFor("ringfence-prod-report"))).sns;
      const deployed = cloud.topicArn.replace("ringfence-findings", "ringfence-prod-findings");
      assert.ok(await publish(deployed, report));
    });
  });
});

/** The SDK has a class of its own for this error, with a longer name. */
function publishName(code: string): string {
  return code === "ParameterValueInvalid" ? "InvalidParameterValueException" : code;
}

describe("GetSecretValue", () => {
  it("gives a secret by name, by ARN, and by ARN without its ending", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { secretsManager } = toClients(cloud);
      const arn = cloud.putSecret("ringfence/slack", "https://hooks.example/T0/B0/x");
      for (const SecretId of ["ringfence/slack", arn, arn.slice(0, -7)]) {
        const secret = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
        assert.equal(secret.SecretString, "https://hooks.example/T0/B0/x");
        assert.equal(secret.ARN, arn);
        assert.deepEqual(secret.VersionStages, ["AWSCURRENT"]);
      }
    });
  });

  it("gives none that is not there, of another version, to another account", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { secretsManager } = toClients(cloud);
      const arn = cloud.putSecret("slack", "x");
      for (const input of [{ SecretId: "no" }, { SecretId: arn, VersionStage: "AWSPREVIOUS" }]) {
        await assert.rejects(
          secretsManager.send(new GetSecretValueCommand(input)),
          refusal("ResourceNotFoundException", 400),
        );
      }
      const member = toClients(cloud, await enter(cloud)).secretsManager;
      await assert.rejects(
        member.send(new GetSecretValueCommand({ SecretId: arn })),
        refusal("AccessDeniedException", 400),
      );
    });
  });
});

describe("GetParameter", () => {
  it("gives a parameter by name and by ARN, a SecureString in clear only to who asks for that", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { ssm } = toClients(cloud);
      cloud.putParameter("/ringfence/slack", "https://hooks.example/x");
      cloud.putParameter("plain", "y", "String");
      const read = async (Name: string, WithDecryption?: boolean) =>
        (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;
      const secret = await read("/ringfence/slack", true);
      assert.deepEqual([secret?.Type, secret?.Value], ["SecureString", "https://hooks.example/x"]);
      assert.match(secret?.ARN ?? "", /^arn:aws:ssm:eu-west-1:\d{12}:parameter\/ringfence\/slack$/u);
      assert.equal((await read(secret?.ARN ?? "", true))?.Value, secret?.Value);
      assert.notEqual((await read("/ringfence/slack"))?.Value, secret?.Value);
      assert.equal((await read("plain"))?.Value, "y");
      assert.ok(cloud.issuedSecrets.includes("https://hooks.example/x"));
    });
  });

  it("gives none that is not there, and none to another account", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const get = new GetParameterCommand({ Name: "/ringfence/slack" });
      await assert.rejects(toClients(cloud).ssm.send(get), refusal("ParameterNotFound", 400));
      cloud.putParameter("/ringfence/slack", "x");
      const member = toClients(cloud, await enter(cloud)).ssm;
      await assert.rejects(member.send(get), refusal("AccessDeniedException", 400));
    });
  });
});
