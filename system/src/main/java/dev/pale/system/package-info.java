/** Linux calls through java.lang.foreign. Depends on nothing but the JDK. */
package dev.pale.system;
