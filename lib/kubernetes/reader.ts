// The ClusterReader of a live cluster: which path each read goes to, and what becomes of the answer.
// One list is one consistent snapshot of its objects, whole or an error.

import type {
  AdmissionWebhook,
  ApiGroup,
  ConfigMap,
  DaemonSet,
  Ingress,
  Job,
  Namespace,
  Node,
  Pod,
  RawObject,
  Service,
} from "../model/kubernetes.ts";
import type {
  ClusterAccess,
  ClusterReader,
  CustomResource,
  PodSelection,
  ReadOptions,
  WebhookKind,
} from "../scan/sources.ts";
import { toAdmissionWebhooks, toIngress, toService } from "./access-schema.ts";
import { openClusterClient } from "./cluster-client.ts";
import { HttpStatusError } from "./errors.ts";
import type { HttpClient } from "./http-client.ts";
import { JSON_TYPE } from "./http-exchange.ts";
import { Interner } from "./interner.ts";
import {
  CUSTOM_PAGE_LIMIT,
  listObjects,
  type ListPage,
  type ListRequest,
  METADATA_IN_PROTOBUF,
  METADATA_TYPE,
  PAGE_LIMIT,
  POLICIES_IN_PROTOBUF,
} from "./list.ts";
import { type Known, toFullPod } from "./pod.ts";
import { projectMetadata, projectPods, projectPolicies } from "./project-items.ts";
import { toRawObject } from "./raw-object.ts";
import {
  toApiGroups,
  toApiResources,
  toConfigMap,
  toDaemonSet,
  toJob,
  toNamespace,
  toNode,
} from "./schema.ts";

/** Throws ClusterAccessError for an endpoint or a certificate authority that cannot be used. */
export function openClusterReader(access: ClusterAccess, options: ReadOptions): ClusterReader {
  return new HttpClusterReader(openClusterClient(access, options));
}

/** Finished pods run no more: they are neither isolated nor open, and batch clusters keep thousands. */
const UNFINISHED = "status.phase!=Succeeded,status.phase!=Failed";

/** Raw objects are kept as they came, so their sum is bounded by what a process can hold: as sent, and in memory. */
const MAX_RAW_BYTES = 256 * 1024 * 1024;
const KEPT_WHOLE = { maxBytes: MAX_RAW_BYTES, maxKeptBytes: MAX_RAW_BYTES };

/**
 * Services, Ingresses and webhooks are read for remedies alone: 2 KB each, so this is 20,000 of them. Where there
 * are more, nothing of them counts as seen, rather than a part.
 */
const MAX_ACCESS_BYTES = 40 * 1024 * 1024;

/** Also opened from a kubeconfig (kubeconfig.ts), with another way to authenticate. */
export class HttpClusterReader implements ClusterReader {
  readonly #client: HttpClient;

  constructor(client: HttpClient) {
    this.#client = client;
  }

  get requestCount(): number {
    return this.#client.requestCount;
  }

  close(): void {
    this.#client.close();
  }

  async listApiGroups(): Promise<readonly ApiGroup[]> {
    const { body } = await this.#client.get("/apis", JSON_TYPE);
    return toApiGroups(body);
  }

  async listApiResources(group: string, version: string): Promise<readonly string[]> {
    const path = `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
    const { body } = await this.#client.get(path, JSON_TYPE);
    return toApiResources(body);
  }

  listNamespaces(): Promise<readonly Namespace[]> {
    const request = { ...full("/api/v1/namespaces"), ...METADATA_IN_PROTOBUF };
    return this.#list(request, projectMetadata("Namespace", toNamespace));
  }

  async listPodMetadata(): Promise<readonly Pod[]> {
    const interner = new Interner();
    try {
      const [own, host] = await Promise.all([
        this.#listPodMetadata(`spec.hostNetwork=false,${UNFINISHED}`, { hostNetwork: false }, interner),
        this.#listPodMetadata(`spec.hostNetwork=true,${UNFINISHED}`, { hostNetwork: true }, interner),
      ]);
      return [...own, ...host];
    } catch (error) {
      if (!refusesSelector(error)) throw error;
      return this.listPods({ fieldSelector: UNFINISHED });
    }
  }

  async listPodMetadataOfNode(nodeName: string): Promise<readonly Pod[]> {
    // A Pending pod has no network yet.
    const onNode = `spec.nodeName=${escapeValue(nodeName)},${UNFINISHED},status.phase!=Pending`;
    try {
      const selector = `${onNode},spec.hostNetwork=false`;
      return await this.#listPodMetadata(selector, { hostNetwork: false }, new Interner());
    } catch (error) {
      if (!refusesSelector(error)) throw error;
      const pods = await this.listPods({ fieldSelector: onNode });
      return pods.filter((pod) => !pod.hostNetwork);
    }
  }

  listPods({ namespace, labelSelector, fieldSelector }: PodSelection): Promise<readonly Pod[]> {
    const interner = new Interner();
    const path =
      namespace === undefined ? "/api/v1/pods" : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    const selection = {
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
    return this.#list({ ...full(path), ...selection }, (item) => toFullPod(item, interner));
  }

  listDaemonSets(): Promise<readonly DaemonSet[]> {
    return this.#list(full("/apis/apps/v1/daemonsets"), toDaemonSet);
  }

  listNodes(): Promise<readonly Node[]> {
    return this.#list(full("/api/v1/nodes"), toNode);
  }

  listJobs(): Promise<readonly Job[]> {
    const interner = new Interner();
    const request = { ...full("/apis/batch/v1/jobs"), ...METADATA_IN_PROTOBUF };
    return this.#list(
      request,
      projectMetadata("Job", (item) => toJob(item, interner)),
    );
  }

  listServices(): Promise<readonly Service[]> {
    return this.#list({ ...full("/api/v1/services"), maxBytes: MAX_ACCESS_BYTES }, toService);
  }

  listIngresses(): Promise<readonly Ingress[]> {
    const path = "/apis/networking.k8s.io/v1/ingresses";
    return this.#list({ ...full(path), maxBytes: MAX_ACCESS_BYTES }, toIngress);
  }

  async listAdmissionWebhooks(kind: WebhookKind): Promise<readonly AdmissionWebhook[]> {
    const path = `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`;
    return (await this.#list({ ...full(path), maxBytes: MAX_ACCESS_BYTES }, toAdmissionWebhooks)).flat();
  }

  async getConfigMap(namespace: string, name: string): Promise<ConfigMap | null> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
    try {
      const { body } = await this.#client.get(path, JSON_TYPE);
      return toConfigMap(body);
    } catch (error) {
      // Only Kubernetes' own "not found" proves absence; any web server on the way can say 404.
      if (error instanceof HttpStatusError && error.reason === "NotFound") return null;
      throw error;
    }
  }

  listNetworkPolicies(): Promise<readonly RawObject[]> {
    const path = "/apis/networking.k8s.io/v1/networkpolicies";
    const request = { ...full(path), ...POLICIES_IN_PROTOBUF, ...KEPT_WHOLE };
    return this.#list(request, projectPolicies());
  }

  listCustomObjects(resource: CustomResource): Promise<readonly RawObject[]> {
    const path = `/apis/${encodeURIComponent(resource.group)}/${encodeURIComponent(resource.version)}/${encodeURIComponent(resource.plural)}`;
    const { fieldSelector, reduce } = resource;
    // Of custom resources the server has no protobuf.
    const accept = resource.metadataOnly === true ? METADATA_TYPE : JSON_TYPE;
    const selection = fieldSelector === undefined ? {} : { fieldSelector };
    // Who reduces them shares most of what is left.
    const bounds = reduce === undefined ? KEPT_WHOLE : { maxBytes: MAX_RAW_BYTES };
    const request = { path, ...selection, accept, limit: CUSTOM_PAGE_LIMIT, ...bounds };
    return this.#list(request, (item, page) => {
      const object = toRawObject(item, page);
      return reduce?.(object) ?? object;
    });
  }

  #listPodMetadata(
    fieldSelector: string,
    known: Pick<Known, "hostNetwork">,
    interner: Interner,
  ): Promise<Pod[]> {
    const request = { ...full("/api/v1/pods"), ...METADATA_IN_PROTOBUF, fieldSelector };
    return this.#list(request, projectPods({ ...known, finished: false }, interner));
  }

  #list<T>(request: ListRequest, project: (item: unknown, page: ListPage) => T): Promise<T[]> {
    return listObjects((path, accept) => this.#client.get(path, accept), request, project);
  }
}

function full(path: string): ListRequest {
  return { path, accept: JSON_TYPE, limit: PAGE_LIMIT };
}

/** `spec.hostNetwork` is a field selector since Kubernetes 1.28; older servers answer 400 (BadRequest). */
function refusesSelector(error: unknown): boolean {
  return error instanceof HttpStatusError && error.status === 400;
}

/** k8s.io/apimachinery fields.EscapeValue: backslash, comma and equals sign are escaped by a backslash. */
function escapeValue(value: string): string {
  return value.replace(/[\\,=]/g, String.raw`\$&`);
}
