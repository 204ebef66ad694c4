import { netpol22 } from "../../lib/controls/netpol-22.ts";
import { testControl } from "./control-table.ts";
import { defaultDenyRows } from "./shared-rows.ts";

testControl(netpol22, defaultDenyRows("ingress"));
