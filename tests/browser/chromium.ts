/** A headless Chromium that is told what to do over a pipe, by its DevTools protocol. Nothing listens on a port. */

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** What the browser says by itself. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** How a page is looked at. */
export interface Screen {
  readonly width: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
}

/** A browser with one page. */
export class Chromium implements AsyncDisposable {
  /** What the page said: requests, console, dialogs. */
  readonly events: BrowserEvent[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #profile: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #reading: Promise<void>;
  #loaded = Promise.withResolvers<void>();
  #session: string | undefined;
  #id = 0;

  private constructor(child: Deno.ChildProcess, profile: string) {
    this.#child = child;
    this.#profile = profile;
    this.#writer = child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Starts one. @throws when there is no chromium: `apt-get install --no-install-recommends chromium` */
  static async start(): Promise<Chromium> {
    const profile = await Deno.makeTempDir();
    const flags = [
      "--headless=new",
      "--remote-debugging-pipe",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--hide-scrollbars",
      `--user-data-dir=${profile}`,
    ];
    // Descriptors 3 and 4 are the pipe: Deno gives a child no more than three.
    const script = 'exec chromium "$@" about:blank 3<&0 4>&1 0</dev/null 1>&2';
    const child = new Deno.Command("sh", {
      args: ["-c", script, "chromium", ...flags],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const browser = new Chromium(child, profile);
    const { targetId } = await browser.#send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.#send("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = String(sessionId);
    for (const domain of ["Page", "Runtime", "Log", "Network", "Audits"]) {
      await browser.send(`${domain}.enable`);
    }
    return browser;
  }

  /** Opens a file and waits until it is loaded. */
  async open(path: string): Promise<void> {
    this.events.length = 0;
    this.#loaded = Promise.withResolvers();
    await this.send("Page.navigate", { url: `file://${path}` });
    await this.#loaded.promise;
  }

  /** Changes what the page is looked at with. */
  async look({ width, height = 900, scheme = "light" }: Screen): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await this.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
  }

  /** Evaluates an expression in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) {
      throw new Error(`Cannot evaluate: ${JSON.stringify(exceptionDetails)}`);
    }
    return (result as { readonly value?: unknown }).value;
  }

  /** Takes a picture of the whole page. */
  async screenshot(path: string): Promise<void> {
    const { data } = await this.send("Page.captureScreenshot", {
      format: "png",
      captureBeyondViewport: true,
    });
    await Deno.writeFile(path, Uint8Array.fromBase64(String(data)));
  }

  /** Prints the page to PDF. */
  async print(path: string): Promise<void> {
    const { data } = await this.send("Page.printToPDF", { preferCSSPageSize: true, printBackground: true });
    await Deno.writeFile(path, Uint8Array.fromBase64(String(data)));
  }

  /** Sends a command about the page. */
  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#send(method, params, this.#session);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#send("Browser.close", {}).catch(() => {});
    await this.#writer.close().catch(() => {});
    await this.#reading;
    await this.#child.status;
    await Deno.remove(this.#profile, { recursive: true });
  }

  #send(
    method: string,
    params: Record<string, unknown>,
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, answer);
    const message = JSON.stringify({ id, method, params, ...sessionId === undefined ? {} : { sessionId } });
    this.#writer.write(new TextEncoder().encode(`${message}\0`)).catch(answer.reject);
    return answer.promise;
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const messages = (rest + text).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.#take(JSON.parse(message));
    }
    for (const { reject } of this.#waiting.values()) reject(new Error("Cannot go on: chromium has ended"));
  }

  #take({ id, method, params = {}, result, error }: Message): void {
    if (id !== undefined) {
      const answer = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) answer?.resolve(result ?? {});
      else answer?.reject(new Error(`Cannot do that: ${error.message}`));
    } else if (method !== undefined) {
      this.events.push({ method, params });
      if (method === "Page.loadEventFired") this.#loaded.resolve();
    }
  }
}
