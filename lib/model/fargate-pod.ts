// Which pods run on Fargate, read off their labels: nobody has to ask for their nodes.

import type { Pod } from "./kubernetes.ts";

/** Amazon EKS writes the name of the profile that matched onto each pod that it places on Fargate. */
const FARGATE_PROFILE_LABEL = "eks.amazonaws.com/fargate-profile";

export function isOnFargate({ labels }: Pick<Pod, "labels">): boolean {
  return Object.hasOwn(labels, FARGATE_PROFILE_LABEL);
}
