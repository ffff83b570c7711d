/**
 * What each hook of the API needs of a kernel: where it looks for its target, how it attaches, and
 * whether a link of it can change its program. One class a hook behind {@link
 * dev.skep.node.hook.HookType}; {@link dev.skep.node.hook.Hooks} makes the right one.
 */
package dev.skep.node.hook;
