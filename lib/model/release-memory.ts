// Gives the memory of a buffer back that nobody may read any more. The garbage collector would do it, too, when some
// 64 MB of such are waiting, and goes through the whole heap for it.

/** Node cuts smaller buffers from blocks that it shares: those of less than a half of Buffer.poolSize, 64 KB in Node 24. */
const OWN_MEMORY_BYTES = 32 * 1024;

/** Leaves the memory of small buffers to the garbage collector. */
export function releaseMemory({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength >= OWN_MEMORY_BYTES) buffer.transfer(0);
}
