// Every row of the matrix, in the order in which it is printed.

import type { Row } from "./row.ts";
import { CLOUD_ROWS } from "./rows-clouds.ts";
import { AUTO_ROWS, COMPUTE_ROWS } from "./rows-compute.ts";
import { ENGINE_ROWS } from "./rows-engines.ts";
import { NODE_CONFIG_ROWS } from "./rows-node-configs.ts";
import { TOGETHER_ROWS } from "./rows-together.ts";
import { AGENT_ROWS, INSTALL_ROWS } from "./rows-vpc-agents.ts";
import { POD_ROWS } from "./rows-vpc-pods.ts";
import { FLAG_ROWS, LEVEL_1_ROWS, TABLE_ROWS } from "./rows-vpc-switches.ts";

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
  ...NODE_CONFIG_ROWS,
  ...TOGETHER_ROWS,
  ...CLOUD_ROWS,
];
