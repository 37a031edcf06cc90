/** Gives the answers that a test asked for in place of the real ones. */
import type { Fault, SandboxState } from "../state.ts";
import type { Answer, ApiRequest } from "./answer.ts";

/** The first fault that matches is used up by one; undefined where none does. */
export function takeFault(state: SandboxState, request: ApiRequest): Answer | undefined {
  const at = state.faults.findIndex((fault) => fault.matches(request));
  const fault: Fault | undefined = state.faults[at];
  if (fault === undefined) return undefined;
  fault.times -= 1;
  if (fault.times <= 0) state.faults.splice(at, 1);
  return fault.answer;
}
