// GitOps installations that worlds can hold.

export { argoCd, argoCdApplication } from "./argo-cd.ts";
export type { ArgoCdOptions } from "./argo-cd.ts";
export { flux } from "./flux.ts";
export type { FluxOptions } from "./flux.ts";
