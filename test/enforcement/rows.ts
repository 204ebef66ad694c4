// Every row of the matrix, in the order in which it is printed.

import type { Row } from "./row.ts";
import { AUTO_ROWS, COMPUTE_ROWS } from "./rows-compute.ts";
import { CLOUD_ROWS, ENGINE_ROWS, TOGETHER_ROWS } from "./rows-engines.ts";
import { AGENT_ROWS, FLAG_ROWS, INSTALL_ROWS, LEVEL_1_ROWS, POD_ROWS, TABLE_ROWS } from "./rows-vpc-cni.ts";

export const ROWS: readonly Row[] = [
  ...TABLE_ROWS,
  ...FLAG_ROWS,
  ...AGENT_ROWS,
  ...INSTALL_ROWS,
  ...POD_ROWS,
  ...LEVEL_1_ROWS,
  ...AUTO_ROWS,
  ...COMPUTE_ROWS,
  ...ENGINE_ROWS,
  ...TOGETHER_ROWS,
  ...CLOUD_ROWS,
];
