// Gives the memory of a buffer back that nobody may read any more. The garbage collector would do it, too, when some
// 64 MB of such are waiting, and goes through the whole heap for it.

/** Leaves the memory of small buffers to the garbage collector: Node cuts those from blocks that it shares. */
export function releaseMemory({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength >= toOwnMemoryBytes()) buffer.transfer(0);
}

const WORTH_WHILE_BYTES = 32 * 1024;

/** Buffer.poolSize: what is below the half of it may be a part of a block. 64 KB in Node 24, and its own in each other. */
function toOwnMemoryBytes(): number {
  return Math.max(WORTH_WHILE_BYTES, Buffer.poolSize / 2);
}
