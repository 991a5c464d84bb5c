/** Interfaces of containers and virtual machines: nobody outside of this machine is behind them. */

const VIRTUAL = /^(docker|br-|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|bridge\d)/;

/** Whether `name` is the name of such an interface. */
export function isVirtualInterface(name: string): boolean {
  return VIRTUAL.test(name);
}
