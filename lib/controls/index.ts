// The catalogue: every control, in id order. The checks of test/controls say what a new one forgot.

import type { AnyControl } from "../model/control.ts";
import { netpol1 } from "./netpol-1.ts";
import { netpol2 } from "./netpol-2.ts";
import { netpol3 } from "./netpol-3.ts";
import { netpol4 } from "./netpol-4.ts";
import { netpol5 } from "./netpol-5.ts";
import { netpol6 } from "./netpol-6.ts";
import { netpol7 } from "./netpol-7.ts";
import { netpol8 } from "./netpol-8.ts";
import { netpol9 } from "./netpol-9.ts";
import { netpol20 } from "./netpol-20.ts";
import { netpol21 } from "./netpol-21.ts";
import { netpol22 } from "./netpol-22.ts";
import { netpol23 } from "./netpol-23.ts";
import { netpol24 } from "./netpol-24.ts";
import { netpol25 } from "./netpol-25.ts";
import { netpol26 } from "./netpol-26.ts";
import { netpol27 } from "./netpol-27.ts";
import { netpol28 } from "./netpol-28.ts";
import { netpol29 } from "./netpol-29.ts";
import { netpol40 } from "./netpol-40.ts";
import { netpol41 } from "./netpol-41.ts";

export const controls: readonly AnyControl[] = [
  netpol1,
  netpol2,
  netpol3,
  netpol4,
  netpol5,
  netpol6,
  netpol7,
  netpol8,
  netpol9,
  netpol20,
  netpol21,
  netpol22,
  netpol23,
  netpol24,
  netpol25,
  netpol26,
  netpol27,
  netpol28,
  netpol29,
  netpol40,
  netpol41,
];
