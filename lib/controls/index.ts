// The catalogue: every control, in id order. The checks of test/controls say what a new one forgot.

import type { AnyControl } from "../model/control.ts";
import { netpol2 } from "./netpol-2.ts";
import { netpol9 } from "./netpol-9.ts";
import { netpol20 } from "./netpol-20.ts";
import { netpol24 } from "./netpol-24.ts";
import { netpol25 } from "./netpol-25.ts";

export const controls: readonly AnyControl[] = [netpol2, netpol9, netpol20, netpol24, netpol25];
