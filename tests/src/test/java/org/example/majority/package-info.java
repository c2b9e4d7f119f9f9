/** A task as a user of the project would write it, in a jar of its own: docs/own-task.md. */
package org.example.majority;
