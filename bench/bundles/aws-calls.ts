// What `scan` calls of AWS, and nothing else: bundled, it is what the calls take by themselves.

export { openBulkStore } from "../../lib/aws/bulk-store.ts";
export { createEksToken } from "../../lib/aws/eks-token.ts";
export { openEks } from "../../lib/aws/eks.ts";
export { openBucket } from "../../lib/aws/s3.ts";
export { createSecurityHubCalls } from "../../lib/aws/security-hub-calls.ts";
export { openSts } from "../../lib/aws/sts.ts";
