/** What {@code config/} installs: rights, policies, and the copies made from one source. */
package dev.skep.tests.install;
