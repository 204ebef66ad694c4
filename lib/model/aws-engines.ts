// The engines of AWS: their agents apply what the network policy controller makes of policies, never the policies
// themselves. It names them and judges nothing.

import type { Engine } from "./posture.ts";

export const AWS_ENGINES: ReadonlySet<Engine> = new Set(["vpc-cni", "eks-auto-mode"]);
