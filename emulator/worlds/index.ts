// Every named world. Each call builds it afresh; objects of a cluster are made when they are first asked for.

import type { World } from "../world.ts";
import { demo } from "./demo.ts";

export const worlds: Readonly<Record<string, () => World>> = {
  demo,
};
