/// What a stopped program said at last, from the bytes of its standard error.
package func message(_ standardError: [UInt8]) -> String { String(decoding: standardError, as: UTF8.self) }
