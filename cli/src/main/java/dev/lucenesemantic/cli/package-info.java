/** The command line: fetch, verify, inspect and try models, and find out what a machine can do. */
package dev.lucenesemantic.cli;
