// s3:CompleteMultipartUpload: the parts that it names become the object. Authorised as s3:PutObject.

import { AwsError } from "../aws-error.ts";
import type { StoredUpload } from "../stores.ts";
import { toElement, XML_DECLARATION } from "../xml.ts";
import { requireBucket, type S3Operation } from "./object.ts";
import { toCrc32, toMd5 } from "./payload.ts";
import { requireUpload, toUploadPermission } from "./upload.ts";

/** "5 MiB … There is no minimum size limit on the last part." (User Guide, multipart upload limits) */
const MIN_PART_BYTES = 5 * 1024 * 1024;

export const completeMultipartUpload: S3Operation = {
  name: "CompleteMultipartUpload",
  permissions: (name, context) => [toUploadPermission(name, context)],
  run: (name, context) => {
    const { bucket, key } = name;
    const wanted = toUploadPermission(name, context);
    const { id, upload } = requireUpload(name, context, wanted);
    const parts = toParts(context.request.body.toString("utf8"), upload);
    const body = Buffer.concat(parts.map((part) => part.body));
    // The MD5 of the parts' MD5s, and how many they are: not documented, but what every client sees.
    const etag = `"${toMd5(Buffer.concat(parts.map((part) => toMd5(part.body)))).toString("hex")}-${parts.length}"`;
    requireBucket(context, bucket, wanted).set(key, {
      body,
      etag,
      checksumCrc32: toCrc32(body),
      contentType: upload.contentType,
      lastModified: context.now,
    });
    context.stores.uploads.delete(id);
    const result = { Location: `/${bucket}/${key}`, Bucket: bucket, Key: key, ETag: etag };
    return {
      status: 200,
      headers: { "content-type": "application/xml", "x-amz-request-id": context.requestId },
      body: XML_DECLARATION + toElement("CompleteMultipartUploadResult", result),
    };
  },
};

type Part = StoredUpload["parts"] extends Map<number, infer P> ? P : never;

/** What clients send is flat: `<Part><ETag>…</ETag><ChecksumCRC32>…</ChecksumCRC32><PartNumber>1</PartNumber></Part>`. */
function toParts(xml: string, upload: StoredUpload): readonly Part[] {
  const named = [...xml.matchAll(/<Part>(.*?)<\/Part>/gsu)].map(([, text = ""]) => text);
  if (named.length === 0) throw new AwsError("MalformedXML", 400, "The XML you provided was not well-formed");
  let before = 0;
  return named.map((text, index) => {
    const number = Number(memberOf(text, "PartNumber"));
    if (number <= before)
      throw new AwsError("InvalidPartOrder", 400, "The list of parts was not in ascending order.");
    before = number;
    const part = upload.parts.get(number);
    const etag = memberOf(text, "ETag").replaceAll(/&quot;|&#34;|"/gu, "");
    const checksum = memberOf(text, "ChecksumCRC32");
    if (
      part === undefined ||
      `"${etag}"` !== part.etag ||
      (checksum !== "" && checksum !== part.checksumCrc32)
    )
      throw new AwsError("InvalidPart", 400, "One or more of the specified parts could not be found.");
    // Not documented; S3 says so of an upload that was begun with a checksum algorithm.
    if (checksum === "" && upload.isChecked)
      throw new AwsError(
        "InvalidRequest",
        400,
        "The upload was created using a crc32 checksum. The complete request must include the checksum for each part.",
      );
    if (index < named.length - 1 && part.body.length < MIN_PART_BYTES)
      throw new AwsError(
        "EntityTooSmall",
        400,
        "Your proposed upload is smaller than the minimum allowed size",
      );
    return part;
  });
}

function memberOf(xml: string, name: string): string {
  return new RegExp(`<${name}>(.*?)</${name}>`, "su").exec(xml)?.[1] ?? "";
}
