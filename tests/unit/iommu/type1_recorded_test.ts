import { assert, assertEquals } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { readMap, readUnmap } from "../../../core/requests.ts";
import { Type1Plugin } from "../../../iommu/mod.ts";
import type { IommuInstance, KernelVersion } from "../../../iommu/mod.ts";
import { group, Machine, PAGE, Process } from "./machine.ts";
import type { Area } from "./machine.ts";
import linux61 from "./recorded/linux_6_1.txt" with { type: "text" };
import linux612 from "./recorded/linux_6_12.txt" with { type: "text" };
import linux72 from "./recorded/linux_7_2.txt" with { type: "text" };

const START = 0x2000_0000_0000n;

function area(first: bigint, pages: bigint, protection: Area["protection"]): Area {
  const start = START + first * PAGE;
  return { start, last: start + pages * PAGE - 1n, protection, physical: first * PAGE };
}

/** Asks an emulated container what was asked of the kernel, and gives the answers in the same words. */
class Replay {
  readonly #machine: Machine;
  readonly #process: Process;
  #iommu: IommuInstance;

  constructor(kernel: KernelVersion) {
    this.#machine = new Machine({ kernel });
    const areas = [
      area(0n, 40n, "read-write"),
      area(40n, 8n, "read"),
      area(48n, 2n, "none"),
      area(52n, 12n, "read-write"),
    ];
    this.#process = new Process(this.#machine, areas);
    this.#iommu = this.#open("3");
  }

  answer(request: string): string {
    const [verb = "", ...words] = request.split(" ");
    let bitmap: Uint8Array<ArrayBuffer> | undefined;
    const dirty = (at: number) => {
      const [pageSize = "", size = "", fill = "", readOnly = ""] = words.slice(at);
      const data = new Uint8Array(Number(number(size))).fill(readOnly === "1" ? 0 : Number(number(fill)));
      if (readOnly === "1") this.#process.unwritable.set(data.buffer, 0);
      else bitmap = data;
      return { pageSize: number(pageSize), data };
    };
    const result = nameOf(() => this.#ask(verb, words, dirty));
    return bitmap === undefined ? result : `${result} ${bitmap.toHex()}`.trim();
  }

  #ask(
    verb: string,
    words: readonly string[],
    dirty: (at: number) => { pageSize: bigint; data: Uint8Array<ArrayBuffer> },
  ) {
    const [first = "", second = "0", third = "0", fourth = "0"] = words;
    switch (verb) {
      case "open":
        this.#iommu = this.#open(first);
        return "OK";
      case "info": {
        const { pageSizes, capabilities } = this.#iommu.info();
        const left = capabilities.find((capability) => capability.id === "dma-avail");
        assert(left !== undefined && "available" in left);
        return `OK ${pageSizes.toString(16)} ${left.available.toString(16)}`;
      }
      case "map": {
        const [read, write, updateVaddr] = bits(fourth);
        const request = {
          iova: number(first),
          vaddr: number(second),
          size: number(third),
          read,
          write,
          updateVaddr,
        };
        this.#iommu.map(readMap(request), this.#process);
        return "OK";
      }
      case "unmap": {
        const [isDirty, all, invalidateVaddr] = bits(third);
        const request = { iova: number(first), size: number(second), all, invalidateVaddr };
        const unmapped = this.#iommu.unmap(
          readUnmap(isDirty ? { ...request, dirty: dirty(3) } : request),
          this.#process,
        );
        return `OK ${unmapped.toString(16)}`;
      }
      default:
        if (first === "1") this.#iommu.dirty.start();
        else if (first === "2") this.#iommu.dirty.stop();
        else {this.#iommu.dirty.read(
            { iova: number(second), size: number(third), bitmap: dirty(3) },
            this.#process,
          );}
        return "OK";
    }
  }

  #open(type: string): IommuInstance {
    const iommu = new Type1Plugin().open(Number(type), this.#machine);
    iommu.attachGroup(group({ aperture: { start: 0n, last: 2n ** 39n - 1n } }), "VFIO_SET_IOMMU");
    return iommu;
  }
}

function number(word: string): bigint {
  return word.startsWith("+") ? START + BigInt(`0x${word.slice(1)}`) : BigInt(`0x${word}`);
}

function bits(word: string): [boolean, boolean, boolean] {
  const flags = Number(number(word));
  return [(flags & 1) !== 0, (flags & 2) !== 0, (flags & 4) !== 0];
}

function nameOf(ask: () => string): string {
  try {
    return ask();
  } catch (error) {
    if (error instanceof VfioError) return error.code;
    throw error;
  }
}

for (const [kernel, text] of [["6.1", linux61], ["6.12", linux612], ["7.2", linux72]] as const) {
  Deno.test(`Type1 answers as Linux ${kernel} did, 1,500 requests in a row`, () => {
    const replay = new Replay(kernel);
    const lines = text.trim().split("\n").filter((line) => !line.startsWith("#"));
    assertEquals(lines.length > 1500, true);
    for (const [index, line] of lines.entries()) {
      const [request = "", answer = ""] = line.split(" = ");
      assertEquals(replay.answer(request), answer, `request ${index + 1}: ${request}`);
    }
  });
}
