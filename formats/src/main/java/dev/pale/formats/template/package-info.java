/**
 * Templates with references in them: start with {@link dev.pale.formats.template.Template#parse}.
 *
 * <p>Not here: values, stores, and which schemes there are; the caller knows them.
 */
@org.jspecify.annotations.NullMarked
package dev.pale.formats.template;
