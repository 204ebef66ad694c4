// The packaged spoke in a member account: its bundle in a bare process, with the settings of deploy/spoke.yaml and the
// credentials of the role that it makes there.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parseTemplate, resolveTemplate, toFields } from "../../../emulator/aws/cloud-formation.ts";
import type { Cloud } from "../../../emulator/cloud.ts";
import type { World } from "../../../emulator/world.ts";
import type { Deployment } from "./deployment.ts";
import { startLambdaService } from "./lambda-service.ts";

const template = parseTemplate(readFileSync(join(import.meta.dirname, "../../../deploy/spoke.yaml"), "utf8"));

const Settings = v.object({
  Handler: v.string(),
  Timeout: v.number(),
  Environment: v.object({ Variables: v.record(v.string(), v.string()) }),
});

export async function invokeSpoke(
  world: World,
  cloud: Cloud,
  hub: Deployment,
  place: { readonly accountId: string; readonly region: string },
  /** Gets what the function logged. */
  logs: string[] = [],
): Promise<unknown> {
  const { Handler: handler, Timeout: timeoutSeconds, Environment } = v.parse(Settings, resolve(world, hub));
  // The bundle is found by the end of the name.
  const name = "ringfence-collect";
  const deployed = {
    name,
    arn: name,
    roleName: name,
    handler,
    timeoutSeconds,
    environment: Environment.Variables,
  };
  const environmentFor = () => cloud.environmentForSpoke(place.accountId, place.region);
  using lambda = startLambdaService(
    { ...hub, functions: new Map([[name, deployed]]) },
    { ...cloud, environmentFor },
  );
  try {
    return await lambda.invoke(name, {});
  } finally {
    logs.push(...lambda.logs);
  }
}

function resolve(world: World, { bucket }: Deployment): unknown {
  const { Properties } = toFields(toFields(template["Resources"])["CollectFunction"]);
  return resolveTemplate(Properties, {
    values: new Map([
      ["BucketName", bucket],
      ["BucketRegion", world.scanner.region],
      ["ClusterNames", "*"],
    ]),
    conditions: {},
    resource: (logicalId) => logicalId,
  });
}
