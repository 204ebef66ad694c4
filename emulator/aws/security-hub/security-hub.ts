// AWS Security Hub CSPM.

import { toRestJsonService } from "../rest-json-protocol.ts";
import { batchImportFindings } from "./batch-import-findings.ts";
import { describeHub } from "./describe-hub.ts";
import { getFindings } from "./get-findings.ts";

export const securityHub = toRestJsonService({
  id: "securityhub",
  isGlobal: false,
  operations: [batchImportFindings, describeHub, getFindings],
});
