// NODE_OPTIONS of the report function, for serverless.yml: Node takes half of the memory for its heap where nobody says
// more. What is left is for Node itself and for the bytes that it reads and sends.

const HEAP_SHARE = 0.85;

module.exports = async ({ resolveVariable }) => {
  const given = String(await resolveVariable("param:reportMemory"));
  const megabytes = Number(given);
  // Lambda's own bounds.
  if (!/^\d+$/.test(given) || megabytes < 128 || megabytes > 10_240)
    throw new Error(
      `--param reportMemory is ${JSON.stringify(given)}: give a whole number from 128 to 10240.`,
    );
  return `--max-semi-space-size=16 --max-old-space-size=${Math.floor(megabytes * HEAP_SHARE)}`;
};
