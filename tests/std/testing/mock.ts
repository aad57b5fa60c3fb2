/**
 * The spies of `@std/testing/mock` that the tests use.
 *
 * @module
 */
import { AssertionError } from "@std/assert";

/** What a spy recorded of one call. */
export interface SpyCall<Self = unknown, Args extends unknown[] = unknown[], Return = unknown> {
  /** The arguments. */
  args: Args;
  /** What came back. */
  returned?: Return;
  /** What was thrown. */
  error?: Error;
  /** What the method was called on. */
  self?: Self;
}

/** A function that records every call of the function it stands for. */
export interface Spy<Self = unknown, Args extends unknown[] = unknown[], Return = unknown> {
  (this: Self, ...args: Args): Return;
  /** The function it stands for. */
  original: (this: Self, ...args: Args) => Return;
  /** Every call so far. */
  calls: SpyCall<Self, Args, Return>[];
  /** Whether the original is back in its place. */
  restored: boolean;
  /** Puts the original back in its place. */
  restore(): void;
}

/** A spy in the place of a method; disposing it puts the original back. */
export interface MethodSpy<Self = unknown, Args extends unknown[] = unknown[], Return = unknown>
  extends Spy<Self, Args, Return>, Disposable {}

type Method<Self, Args extends unknown[], Return> = (this: Self, ...args: Args) => Return;

type Args<T> = T extends (...args: infer A) => unknown ? A : never;
type Return<T> = T extends (...args: never[]) => infer R ? R : never;

/** Wraps a function in a spy. */
export function spy<Self, Args extends unknown[], Return>(
  func: Method<Self, Args, Return>,
): Spy<Self, Args, Return>;
/** Puts a spy in the place of a method, which still does its work. */
export function spy<Self extends object, Prop extends keyof Self>(
  self: Self,
  property: Prop,
): MethodSpy<Self, Args<Self[Prop]>, Return<Self[Prop]>>;
export function spy(target: object, property?: PropertyKey): unknown {
  if (property !== undefined) return replace(target, property, undefined);
  return record(target as Method<unknown, unknown[], unknown>, () => {
    throw new TypeError("Cannot restore a function: it was in nobody's place");
  });
}

/** Puts `func` in the place of a method, and records every call. */
export function stub<Self extends object, Prop extends keyof Self>(
  self: Self,
  property: Prop,
  func?: (this: Self, ...args: Args<Self[Prop]>) => Return<Self[Prop]>,
): MethodSpy<Self, Args<Self[Prop]>, Return<Self[Prop]>>;
export function stub(self: object, property: PropertyKey, func: unknown = () => undefined): unknown {
  return replace(self, property, func as Method<unknown, unknown[], unknown>);
}

/** Asserts that a spy was called so many times. */
export function assertSpyCalls(spied: { readonly calls: readonly unknown[] }, expectedCalls: number): void {
  if (spied.calls.length === expectedCalls) return;
  throw new AssertionError(`Expected ${expectedCalls} calls of the spy but got ${spied.calls.length}`);
}

function replace(
  self: object,
  property: PropertyKey,
  func: Method<unknown, unknown[], unknown> | undefined,
): unknown {
  const method: unknown = Reflect.get(self, property);
  if (typeof method !== "function") throw new TypeError(`Cannot spy on ${String(property)}: it is no method`);
  const own = Object.getOwnPropertyDescriptor(self, property);
  const made = record(func ?? (method as Method<unknown, unknown[], unknown>), () => {
    if (own) Object.defineProperty(self, property, own);
    else Reflect.deleteProperty(self, property);
  });
  Object.defineProperty(self, property, {
    value: made,
    configurable: true,
    writable: true,
    enumerable: true,
  });
  return Object.assign(made, { original: method });
}

/** The spy itself: `restore` puts things back and works once. */
function record(original: Method<unknown, unknown[], unknown>, restore: () => void): Spy & Disposable {
  const calls: SpyCall[] = [];
  function made(this: unknown, ...args: unknown[]): unknown {
    const call: SpyCall = { args, self: this };
    calls.push(call);
    try {
      return call.returned = original.apply(this, args);
    } catch (error) {
      call.error = error as Error;
      throw error;
    }
  }
  const spied: Spy & Disposable = Object.assign(made, {
    original,
    calls,
    restored: false,
    restore(): void {
      restore();
      spied.restored = true;
    },
    [Symbol.dispose](): void {
      if (!spied.restored) spied.restore();
    },
  });
  return spied;
}
