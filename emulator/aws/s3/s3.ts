// Amazon S3, path style: REST XML. The bucket and the key are in the path.

import { AwsError } from "../aws-error.ts";
import { bindOperation } from "../operation.ts";
import type { RoutedCall } from "../operation.ts";
import type { AwsService } from "../aws-service.ts";
import { queryValue } from "../wire.ts";
import type { WireAnswer, WireRequest } from "../wire.ts";
import { toElement, XML_DECLARATION } from "../xml.ts";
import { abortMultipartUpload } from "./abort-multipart-upload.ts";
import { completeMultipartUpload } from "./complete-multipart-upload.ts";
import { createMultipartUpload } from "./create-multipart-upload.ts";
import { getObject } from "./get-object.ts";
import { headObject } from "./head-object.ts";
import { listObjectsV2 } from "./list-objects-v2.ts";
import type { S3Operation } from "./object.ts";
import { putObject } from "./put-object.ts";
import { uploadPart } from "./upload-part.ts";

/** "The difference between the request time and the server's time is too large": 15 minutes. (S3 error codes) */
const CLOCK_SKEW_SECONDS = 15 * 60;

export const s3: AwsService = {
  id: "s3",
  refusals: {
    missing: { code: "AccessDenied", status: 403 },
    unknownKey: { code: "InvalidAccessKeyId", status: 403 },
    badSignature: { code: "SignatureDoesNotMatch", status: 403 },
    skewed: { code: "RequestTimeTooSkewed", status: 403 },
    expired: { code: "ExpiredToken", status: 400 },
    denied: { code: "AccessDenied", status: 403 },
  },
  clockSkewSeconds: CLOCK_SKEW_SECONDS,
  isGlobal: false,
  route,
  toErrorAnswer,
};

function route(request: WireRequest): RoutedCall {
  const [, bucket = "", ...rest] = request.rawPath.split("/");
  const key = decode(rest.join("/"));
  const operation = findOperation(request, key);
  if (bucket === "" || operation === null) {
    throw new AwsError(
      "NotImplemented",
      501,
      "A header or operation you provided implies functionality that is not implemented",
    );
  }
  return bindOperation(operation, { bucket: decode(bucket), key }, (answer) => answer);
}

function findOperation(request: WireRequest, key: string): S3Operation | null {
  const isCopy = request.headers.has("x-amz-copy-source");
  if (key === "") {
    return request.method === "GET" && queryValue(request, "list-type") === "2" ? listObjectsV2 : null;
  }
  if (isCopy) return null;
  if (queryValue(request, "uploadId") !== undefined) return findPartOperation(request.method);
  if (queryValue(request, "uploads") !== undefined)
    return request.method === "POST" ? createMultipartUpload : null;
  switch (request.method) {
    case "GET":
      return getObject;
    case "HEAD":
      return headObject;
    case "PUT":
      return putObject;
    default:
      return null;
  }
}

function findPartOperation(method: string): S3Operation | null {
  switch (method) {
    case "PUT":
      return uploadPart;
    case "POST":
      return completeMultipartUpload;
    case "DELETE":
      return abortMultipartUpload;
    default:
      return null;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
}

/** "A HEAD request has no message body": the SDK then has the status only. */
function toErrorAnswer(error: AwsError, requestId: string, request: WireRequest): WireAnswer {
  const fault = { Code: error.code, Message: error.message, ...error.members, RequestId: requestId };
  return {
    status: error.status,
    headers: { ...error.headers, "content-type": "application/xml", "x-amz-request-id": requestId },
    body: request.method === "HEAD" ? "" : XML_DECLARATION + toElement("Error", fault),
  };
}
