// The scanner's own side of AWS: who it is, the organization around it, and the way into member accounts. It may
// not import lib/kubernetes; the reader of a cluster is handed in.

import type { Cloud } from "../scan/sources.ts";
import { createAccountCloud } from "./account-cloud.ts";
import { openRegions } from "./account-regions.ts";
import type { OpenKubernetes } from "./account-clusters.ts";
import type { CredentialSource } from "./clients.ts";
import { openEntrance, type EntranceOptions } from "./entrance.ts";
import { openOrganization } from "./organization.ts";
import { openOwnIdentity } from "./own-identity.ts";

export interface CloudOptions extends EntranceOptions {
  readonly openKubernetes: OpenKubernetes;
  /** The scanner's own. Without them the SDK's default chain is asked. */
  readonly credentials?: CredentialSource;
}

export function openCloud(options: CloudOptions): Cloud {
  const { openKubernetes, transport } = options;
  const identity = openOwnIdentity(options);
  return {
    ...openOrganization(identity, options),
    ...openEntrance(identity, options, (context) => ({
      ...createAccountCloud(context, openKubernetes),
      ...openRegions(context),
    })),
    callCounts: transport.callCounts,
  };
}
