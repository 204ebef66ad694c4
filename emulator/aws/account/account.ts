// AWS Account Management.

import { toRestJsonService } from "../rest-json-protocol.ts";
import { listRegions } from "./list-regions.ts";

export const account = toRestJsonService({ id: "account", isGlobal: true, operations: [listRegions] });
