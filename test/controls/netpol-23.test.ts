import { netpol23 } from "../../lib/controls/netpol-23.ts";
import { testControl } from "./control-table.ts";
import { defaultDenyRows } from "./shared-rows.ts";

testControl(netpol23, defaultDenyRows("egress"));
