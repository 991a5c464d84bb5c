/** Writing to a socket no faster than it takes the bytes. */
import type { Socket } from "node:net";

/** Writes bytes; resolves when the socket can take more, or is closed, which `destroyed` shows. */
export async function writeSocket(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      socket.off("drain", settle).off("close", settle);
      resolve();
    };
    socket.on("drain", settle).on("close", settle);
  });
}
