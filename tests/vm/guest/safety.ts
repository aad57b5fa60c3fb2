/** The scenarios that safety_test.ts has a guest run, in one module: each more would cost a second there. */
import "./adoption.ts";
import "./binding.ts";
import "./disposal.ts";
import "./failed_open.ts";
