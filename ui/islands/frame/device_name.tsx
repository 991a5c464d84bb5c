/** The name of this device, in the masthead and in the title of the window. */
import { useEffect } from "preact/hooks";
import { useLive } from "../../live/live.ts";
import { pageTitle, windowTitle } from "../../page_title.ts";
import type { IslandProps } from "../mod.ts";

/** Follows a change of the name. */
export function DeviceName({ data }: IslandProps) {
  const { device_name: name } = useLive().status.value;
  useEffect(() => {
    document.title = windowTitle(pageTitle(data), name);
  }, [name]);
  return <span class="device" title="This device">{name}</span>;
}
