// AWS Lambda.

import { toRestJsonService } from "../rest-json-protocol.ts";
import { getAccountSettings } from "./get-account-settings.ts";

export const lambda = toRestJsonService({ id: "lambda", isGlobal: false, operations: [getAccountSettings] });
