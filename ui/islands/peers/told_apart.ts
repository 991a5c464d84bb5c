/** Peers as they are called where several are shown. */
import { peerNames } from "../../../lib/model/peer_names.ts";
import type { PeerData } from "../../page_data.ts";

/** The peers with names that tell them apart: a device with a new identity leaves its old entry behind. */
export function toldApart(peers: readonly PeerData[]): PeerData[] {
  const names = peerNames(
    peers.map(({ peer_device_id: deviceId, name }) => ({ deviceId, name })),
  );
  return peers.map((peer) => ({ ...peer, name: names.get(peer.peer_device_id)! }));
}
