// Policies are made from templates: of the 20,000 of a big cluster many say the same, for other namespaces.

import type { RawObject } from "../model/kubernetes.ts";
import { createSharing } from "../model/sharing.ts";

/** For one list: gives the same policy, with its spec and what repeats of its metadata kept once for all. */
export function createPolicySharing(): (policy: RawObject) => RawObject {
  const shareSpec = createSharingOf("spec");
  const shareMetadata = createMetadataSharing();
  return (policy) => shareMetadata(shareSpec(policy));
}

export function createMetadataSharing(): (policy: RawObject) => RawObject {
  const shares = ["namespace", "creationTimestamp", "finalizers"].map(createSharingOf);
  return (policy) => ({
    ...policy,
    metadata: shares.reduce((metadata, share) => share(metadata), policy.metadata),
  });
}

function createSharingOf(member: string): <T extends object>(record: T) => T {
  const share = createSharing<unknown>();
  return (record) =>
    Object.hasOwn(record, member) ? { ...record, [member]: share(Reflect.get(record, member)) } : record;
}
