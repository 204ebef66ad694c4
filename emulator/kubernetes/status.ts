// The Status bodies of the API server, word for word where a client may read them.
// Source: k8s.io/apimachinery api/errors and apiserver endpoints/handlers/responsewriters.

export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly continue?: string };
  readonly status: "Failure";
  readonly message: string;
  readonly reason: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly retryAfterSeconds?: number;
}

/** Thrown anywhere while answering; the request handler turns it into the answer. */
export class RefusedRequest extends Error {
  override readonly name = "RefusedRequest";
  readonly status: Status;

  constructor(status: Status) {
    super(status.message);
    this.status = status;
  }
}

/** `pods` or `networkpolicies.networking.k8s.io`, as messages name a resource. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export function toQualifiedName({ group, resource }: GroupResource): string {
  return group === "" ? resource : `${resource}.${group}`;
}

export function toStatus(
  code: number,
  reason: string,
  message: string,
  details?: StatusDetails,
  metadata: Status["metadata"] = {},
): Status {
  const head = { kind: "Status", apiVersion: "v1", metadata, status: "Failure", message, reason } as const;
  return details === undefined ? { ...head, code } : { ...head, details, code };
}

export function toDetails({ group, resource }: GroupResource, name: string | null): StatusDetails {
  return {
    ...(name === null ? {} : { name }),
    ...(group === "" ? {} : { group }),
    kind: resource,
  };
}

export const UNAUTHORIZED = toStatus(401, "Unauthorized", "Unauthorized");

export const NO_SUCH_PATH = toStatus(404, "NotFound", "the server could not find the requested resource", {});

export const METHOD_NOT_ALLOWED = toStatus(
  405,
  "MethodNotAllowed",
  "the server does not allow this method on the requested resource",
  {},
);

export function toNotFound(target: GroupResource, name: string): Status {
  const message = `${toQualifiedName(target)} ${JSON.stringify(name)} not found`;
  return toStatus(404, "NotFound", message, toDetails(target, name));
}

export function toBadRequest(message: string): Status {
  return toStatus(400, "BadRequest", message);
}

export function toNotAcceptable(message: string): Status {
  return toStatus(406, "NotAcceptable", message);
}

/** The list's revision is gone. The continue token in it goes on at the newest revision instead. */
export function toExpired(freshContinue: string): Status {
  const message =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list " +
    "without the continue parameter, or use the continue token in this response to retrieve the remainder of " +
    "the results. Continuing with the provided token results in an inconsistent list - objects that were " +
    "created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";
  return toStatus(410, "Expired", message, undefined, { continue: freshContinue });
}
