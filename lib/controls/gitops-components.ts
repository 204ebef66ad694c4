// Recognises the parts of GitOps installations by labels, images and commands, never by the namespace's name:
// releases are renamed, mirrored and installed several times. Says what each part must keep closed.

import { imageNames, isRedis, REDIS, runsSentinel, SENTINEL, wordsOf } from "./gitops-redis.ts";
import type { GitOpsProduct } from "../model/gitops.ts";
import type { Labels, Pod } from "../model/kubernetes.ts";

export interface GitOpsComponent {
  readonly product: GitOpsProduct;
  /** As the product names it: repo-server, redis, source-controller, ... */
  readonly name: string;
  /** TCP ports that only the product's own components may reach, each with what stands behind it. */
  readonly restricted: readonly { readonly port: number; readonly behind: string }[];
  /** People and webhooks come in here by design. */
  readonly mayBeOpen: boolean;
}

/** argocd-server serves the UI, the API and webhooks, with its own authentication. */
const MAY_BE_OPEN = new Set(["Argo CD/server"]);

const NONE: GitOpsComponent["restricted"] = [];

/**
 * Argo CD's components by `app.kubernetes.io/component`. "Set up network policies to prevent direct access to
 * Redis and the repo-server" (Argo CD operator manual, secret management).
 */
const ARGO_CD: ReadonlyMap<string, GitOpsComponent["restricted"]> = new Map([
  ["application-controller", NONE],
  ["applicationset-controller", NONE],
  ["commit-server", [{ port: 8086, behind: "writes to Git with the repositories' credentials" }]],
  [
    "dex-server",
    [
      { port: 5556, behind: "the identity provider" },
      { port: 5557, behind: "the identity provider's gRPC API, which can create clients" },
    ],
  ],
  ["notifications-controller", NONE],
  ["redis", REDIS],
  // The HA manifest's own Redis pods have no other label than the name argocd-redis-ha. Each runs a Sentinel.
  ["redis-ha", [...REDIS, ...SENTINEL]],
  // haproxy.cfg binds 6379; it asks the Sentinels and offers none.
  ["redis-ha-haproxy", REDIS],
  ["redis-ha-server", [...REDIS, ...SENTINEL]],
  ["repo-server", [{ port: 8081, behind: "renders manifests with the repositories' credentials" }]],
  ["server", NONE],
]);

const FLUX: ReadonlyMap<string, GitOpsComponent["restricted"]> = new Map([
  ["helm-controller", NONE],
  ["image-automation-controller", NONE],
  ["image-reflector-controller", NONE],
  ["kustomize-controller", NONE],
  ["notification-controller", [{ port: 9090, behind: "the event receiver of the other controllers" }]],
  ["source-controller", [{ port: 9090, behind: "the artifacts: every manifest that will be applied" }]],
  ["source-watcher", NONE],
]);

const FLEET: ReadonlyMap<string, GitOpsComponent["restricted"]> = new Map([
  ["fleet-agent", NONE],
  ["fleet-controller", NONE],
  ["gitjob", NONE],
]);

const FLEET_IMAGES: ReadonlySet<string> = new Set(["fleet", "fleet-agent", "gitjob"]);

/** Labels that a GitOps component carries; cheap, and enough to decide which pods to read in full. */
export function hasGitOpsLabel(labels: Labels): boolean {
  const partOf = label(labels, "app.kubernetes.io/part-of");
  if (partOf === "argocd" || partOf === "flux") return true;
  const name = label(labels, "app.kubernetes.io/name");
  if (name?.startsWith("argocd-") === true) return true;
  const app = label(labels, "app");
  return app !== null && (FLUX.has(app) || FLEET.has(app));
}

export interface RecognizedPod {
  readonly pod: Pod;
  readonly component: GitOpsComponent;
}

/** Every pod that is a component, those included which only their neighbours tell apart: a renamed Redis. */
export function recognizeGitOpsComponents(pods: readonly Pod[]): readonly RecognizedPod[] {
  const recognize = createRecognizer();
  const recognized = recognizeEach(pods, recognize);
  const ofArgoCd = new Set(
    recognized.flatMap(({ pod, component }) => (component.product === "Argo CD" ? [pod.namespace] : [])),
  );
  if (ofArgoCd.size === 0) return recognized;
  return recognizeEach(
    pods,
    (pod) => recognize(pod) ?? (ofArgoCd.has(pod.namespace) ? recognizeRedis(pod) : null),
  );
}

type Recognize = (pod: Pod) => GitOpsComponent | null;

function recognizeEach(pods: readonly Pod[], recognize: Recognize): readonly RecognizedPod[] {
  const recognized: RecognizedPod[] = [];
  for (const pod of pods) {
    const component = recognize(pod);
    if (component !== null) recognized.push({ pod, component });
  }
  return recognized;
}

/** Of a pod read metadata-only the labels alone decide, and a reader shares equal sets: each is looked at once. */
function createRecognizer(): Recognize {
  const byLabels = new Map<Labels, GitOpsComponent | null>();
  return (pod) => {
    if (pod.detail !== null) return recognizeGitOpsComponent(pod);
    const known = byLabels.get(pod.labels);
    if (known !== undefined) return known;
    const component = recognizeGitOpsComponent(pod);
    byLabels.set(pod.labels, component);
    return component;
  };
}

/** Argo CD's cache is a stock image without a command of its own: beside Argo CD its image or ports tell. */
function recognizeRedis(pod: Pod): GitOpsComponent | null {
  return isRedis(pod) ? withSentinel(find("Argo CD", ARGO_CD, ["redis"]), pod) : null;
}

/** A single Redis of another chart may have one, too. */
function withSentinel(component: GitOpsComponent | null, pod: Pod): GitOpsComponent | null {
  return component?.name === "redis" && runsSentinel(pod)
    ? { ...component, restricted: [...REDIS, ...SENTINEL] }
    : component;
}

/** The component that a pod is, or null. A pod read metadata-only is recognised by its labels alone. */
export function recognizeGitOpsComponent(pod: Pod): GitOpsComponent | null {
  return recognizeArgoCd(pod) ?? recognizeFlux(pod) ?? recognizeFleet(pod);
}

function recognizeArgoCd(pod: Pod): GitOpsComponent | null {
  const name = label(pod.labels, "app.kubernetes.io/name");
  const component = label(pod.labels, "app.kubernetes.io/component");
  const partOf = label(pod.labels, "app.kubernetes.io/part-of");
  const candidates = [
    ...commandsOf(pod).map(toComponentOfCommand),
    ...(name === null ? [] : [withoutRelease(name)]),
    ...(component === null ? [] : [component]),
  ];
  const isArgoCd =
    partOf === "argocd" ||
    name?.startsWith("argocd-") === true ||
    hasImage(pod, "argoproj/argocd") ||
    commandsOf(pod).some((command) => command.startsWith("argocd-"));
  if (!isArgoCd) return null;
  return withSentinel(find("Argo CD", ARGO_CD, candidates), pod);
}

function recognizeFlux(pod: Pod): GitOpsComponent | null {
  const component = label(pod.labels, "app.kubernetes.io/component");
  const app = label(pod.labels, "app");
  const isFlux =
    label(pod.labels, "app.kubernetes.io/part-of") === "flux" ||
    hasImage(pod, "fluxcd/") ||
    wordsOf(pod).some((argument) => FLUX_FLAG.test(argument));
  if (!isFlux) return null;
  const bySelf = wordsOf(pod).some((argument) => /^--storage-adv-addr\b/.test(argument))
    ? ["source-controller"]
    : [];
  return find(
    "Flux",
    FLUX,
    [component, app, ...imageNames(pod), ...bySelf].filter((text) => text !== null),
  );
}

/** Flags of fluxcd/pkg's runtime and of source-controller, which no mirror and no new name changes. */
const FLUX_FLAG = /^--(?:watch-all-namespaces|storage-adv-addr|events-addr)\b/;

function recognizeFleet(pod: Pod): GitOpsComponent | null {
  const app = label(pod.labels, "app");
  // A mirror changes the path of an image and keeps its name.
  const isFleet = hasImage(pod, "rancher/") || imageNames(pod).some((name) => FLEET_IMAGES.has(name));
  return app !== null && isFleet ? find("Rancher Fleet", FLEET, [app]) : null;
}

function find(
  product: GitOpsProduct,
  components: ReadonlyMap<string, GitOpsComponent["restricted"]>,
  candidates: readonly string[],
): GitOpsComponent | null {
  for (const name of candidates) {
    const restricted = components.get(name);
    if (restricted !== undefined)
      return { product, name, restricted, mayBeOpen: MAY_BE_OPEN.has(`${product}/${name}`) };
  }
  return null;
}

/** Two programs are not called as their component; the others are `argocd-` and the component. */
const ARGO_CD_COMMANDS: ReadonlyMap<string, string> = new Map([
  ["argocd-dex", "dex-server"],
  ["argocd-notifications", "notifications-controller"],
]);

/** Compared as a whole: argocd-cmp-server, beside the repo-server, is no argocd-server. */
function toComponentOfCommand(command: string): string {
  return ARGO_CD_COMMANDS.get(command) ?? command.slice("argocd-".length);
}

/** Helm's `nameOverride` changes the `argocd-` prefix, so only what follows the release name is compared. */
function withoutRelease(name: string): string {
  for (const component of ARGO_CD.keys())
    if (name === component || name.endsWith(`-${component}`)) return component;
  return name;
}

function label(labels: Labels, key: string): string | null {
  return Object.hasOwn(labels, key) ? (labels[key] ?? null) : null;
}

function hasImage(pod: Pod, part: string): boolean {
  return pod.detail?.containers.some(({ image }) => image.includes(part)) === true;
}

/** Programs called argocd-…: a word of the command, or of what a shell is told to run. */
function commandsOf(pod: Pod): string[] {
  const words = (pod.detail?.containers ?? []).flatMap(({ command, args }) =>
    [...command, ...args].slice(0, 4).flatMap((word) => word.split(/[\s;&|]+/)),
  );
  return (
    words
      // The name of a program or a path to it, and no address of one.
      .filter((word) => /^(?:[^:]*\/)?argocd-[^:]*$/.test(word))
      .map((word) => word.split("/").at(-1) ?? word)
  );
}
