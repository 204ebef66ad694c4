// Opens where a digest goes and where its secrets are kept. Each client is loaded at its first use.

import type { Transport } from "../aws/clients.ts";
import type { SecretPlace, Topic } from "../scan/sources.ts";

export async function openTopic(topicArn: string, transport: Transport): Promise<Topic> {
  const { openTopic: open } = await import("../aws/destinations.ts");
  return open(topicArn, transport);
}

export async function readSecret(place: SecretPlace, region: string, transport: Transport): Promise<string> {
  if ("secretArn" in place) {
    const { getSecretValue } = await import("../aws/destinations.ts");
    return getSecretValue(place.secretArn, transport);
  }
  const { getSecureParameter } = await import("../aws/destinations.ts");
  return getSecureParameter(place.parameterName, region, transport);
}
