// AWS Secrets Manager.

import { toJsonService } from "../json-protocol.ts";
import { getSecretValue } from "./get-secret-value.ts";

export const secretsManager = toJsonService({
  id: "secretsmanager",
  targetPrefix: "secretsmanager",
  isGlobal: false,
  operations: [getSecretValue],
});
